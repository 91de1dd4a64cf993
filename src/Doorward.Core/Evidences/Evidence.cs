using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Serialization;

namespace Doorward.Core.Evidences;

/// <summary>
/// Everything known about subject, session, device, network, time, risk and request at one moment. What is null is
/// unknown, and unknown never satisfies a policy: it becomes an absent context attribute.
/// </summary>
public sealed record Evidence
{
    public required SubjectEvidence Subject { get; init; }
    public SessionEvidence? Session { get; init; }
    public DeviceEvidence? Device { get; init; }
    public NetworkEvidence? Network { get; init; }
    public required TimeEvidence Time { get; init; }
    public RiskEvidence? Risk { get; init; }
    public HttpEvidence? Http { get; init; }
    public TunnelEvidence? Tunnel { get; init; }
}

/// <summary>Who asks. Groups are the transitive closure, sorted ordinally.</summary>
public sealed record SubjectEvidence(SubjectKind Kind, string Name, ImmutableArray<string> Groups, string? Email = null)
{
    public static readonly SubjectEvidence Anonymous = new(SubjectKind.Anonymous, "anonymous", []);
}

public enum SubjectKind { Anonymous, User, Service }

/// <summary>One sign-in. Assurance: 1 password or bearer token, 2 two factors, 3 phishing-resistant.</summary>
public sealed record SessionEvidence
{
    public required int Assurance { get; init; }
    public required ImmutableArray<string> Methods { get; init; }
    public required DateTimeOffset Authenticated { get; init; }
    public required DateTimeOffset Expires { get; init; }
    public string? IdentityProvider { get; init; }
    public bool Mfa => Assurance >= 2;
    public bool PhishingResistant => Assurance >= 3;
}

/// <summary>
/// The machine behind the session. Seen: it signed for the session once. Bound: it did so within the last minute, from where the request
/// comes from. Whatever it reported is unknown while it is stale, and then it is not compliant.
/// </summary>
public sealed record DeviceEvidence(string Id, bool Managed, bool Seen, bool Bound, bool Compliant)
{
    /// <summary>1 file, 2 pkcs11, 3 tpm, 4 tpm-attested; 0 when no key is known.</summary>
    public int KeyAssurance { get; init; }

    /// <summary><c>linux</c>, <c>windows</c> or <c>macos</c>; empty when that is not known.</summary>
    public string Platform { get; init; } = "";

    /// <summary>The facts that are known, in the order of their names.</summary>
    public ImmutableArray<FactEvidence> Facts { get; init; } = [];

    /// <summary>Why it is not compliant, in words for its person. No policy reads them.</summary>
    public ImmutableArray<string> Reasons { get; init; } = [];

    /// <summary>When it reported last. Of the moment, not of the facts: it moves while nothing else does.</summary>
    [JsonIgnore]
    public DateTimeOffset? Reported { get; init; }
}

/// <summary>One fact of a device. Provenance: 1 claimed, 2 agent-signed, 3 vendor-confirmed, 4 attested.</summary>
public sealed record FactEvidence(string Name, bool Pass, int Provenance)
{
    /// <summary>When it was read, where that is not the time of the device's last report: a vendor speaks when it speaks.</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>Where the request comes from. Networks are the named ranges that hold the address.</summary>
public sealed record NetworkEvidence(IPAddress Address, ImmutableArray<string> Networks);

/// <summary>Now, and the clock on the subject's wall. Weekday: Monday is 1, Sunday is 7 (ISO 8601).</summary>
public sealed record TimeEvidence(DateTimeOffset Now, int Hour, int Weekday)
{
    /// <summary>A moment, as the clocks of a zone show it.</summary>
    public static TimeEvidence At(DateTimeOffset now, TimeZoneInfo zone) => At(TimeZoneInfo.ConvertTime(now, zone)) with { Now = now };

    /// <summary>A moment, as a clock with its offset shows it.</summary>
    public static TimeEvidence At(DateTimeOffset local) => new(local, local.Hour, WeekdayOf(local));

    /// <summary>Monday is 1, Sunday is 7.</summary>
    public static int WeekdayOf(DateTimeOffset local) => local.DayOfWeek == DayOfWeek.Sunday ? 7 : (int)local.DayOfWeek;

    /// <summary>The first of these zones that is known here: the subject's, then the installation's; UTC when none is.</summary>
    public static TimeZoneInfo ZoneOf(params ReadOnlySpan<string?> names)
    {
        foreach (var name in names)
        {
            if (!string.IsNullOrEmpty(name) && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) return zone;
        }

        return TimeZoneInfo.Utc;
    }
}

public sealed record RiskEvidence(int Score, string Level, ImmutableArray<string> Reasons);

/// <summary>The request line as policy sees it. Path is canonical, or null when the application is opaque.</summary>
public sealed record HttpEvidence(string Method, string Host, string? Path);

/// <summary>Where a tunnel leads, as policy sees it. Protocol: <c>tcp</c>. Login: the name that a certificate is for; null for tunnels themselves.</summary>
public sealed record TunnelEvidence(string Host, int Port, string Protocol, string? Login = null);
