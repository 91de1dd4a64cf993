using System.Collections.Immutable;
using Doorward.Core.Applications;
using Doorward.Core.Evidences;
using Doorward.Core.Protocol;

namespace Doorward.Gateway.Feed;

/// <summary>What the installation sets for all its gateways.</summary>
internal sealed record GatewaySettings
{
    public static readonly GatewaySettings Unknown = new();

    public string Domain { get; init; } = "";

    /// <summary>The port that people type.</summary>
    public int PublicPort { get; init; } = 443;

    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    public TimeSpan StrictLease { get; init; } = TimeSpan.FromSeconds(5);

    public ImmutableArray<string> OwnedHeaders { get; init; } = [];

    /// <summary>Of the clock that counts where a subject has none.</summary>
    public TimeZoneInfo Zone { get; init; } = TimeZoneInfo.Utc;

    public string AuthHost => $"{SystemApplications.AuthLabel}.{Domain}";

    /// <summary>The sign-in origin, which is also the issuer of assertions; with the port only where it is not the scheme's own.</summary>
    public string AuthOrigin => Origin(AuthHost);

    public string Origin(string host) => PublicPort == 443 ? $"https://{host}" : $"https://{host}:{PublicPort}";

    public TimeSpan LeaseOf(bool strict) => strict ? StrictLease : Lease;

    public static GatewaySettings Of(Settings settings) => new()
    {
        Domain = settings.Domain,
        PublicPort = settings.PublicPort,
        Lease = settings.Lease?.ToTimeSpan() ?? Unknown.Lease,
        StrictLease = settings.StrictLease?.ToTimeSpan() ?? Unknown.StrictLease,
        OwnedHeaders = [.. settings.OwnedHeaders],
        Zone = TimeEvidence.ZoneOf(settings.TimeZone),
    };
}
