using Doorward.Control.Storage;
using Doorward.Core.Sessions;

namespace Doorward.Control.Sessions;

/// <summary>What a person just proved, and from where.</summary>
public sealed record SignIn
{
    public required string UserId { get; init; }

    /// <summary>1 password, 2 two factors, 3 phishing-resistant.</summary>
    public required int Assurance { get; init; }

    /// <summary>RFC 8176 names: pwd, otp, hwk, swk, mfa, fed.</summary>
    public required IReadOnlyList<string> Methods { get; init; }

    /// <summary>When the first of the factors was proved, which may be earlier than now in a step-up; null for now.</summary>
    public DateTimeOffset? Authenticated { get; init; }
    public string? Address { get; init; }
    public string? UserAgent { get; init; }
    public string? IdentityProvider { get; init; }

    /// <summary>The user's <see cref="User.SecurityEpoch"/> that the proof was checked under; a newer one voids it.</summary>
    public required long SecurityEpoch { get; init; }
}

/// <summary>A session, and the value of its sign-in cookie, which is known only now.</summary>
public sealed record SignedIn(Session Session, string Cookie, long Revision);

/// <summary>Which sessions ended, and the revision that says so to gateways.</summary>
public sealed record SessionsEnded(IReadOnlyList<string> Ids, long Revision)
{
    public int Count => Ids.Count;
}

/// <summary>A code redeemed: the new handle, known only now, and what it stands for.</summary>
public sealed record Redeemed(string Handle, Session Session, User User, long Revision);

/// <summary>A credential's session at one revision; all null when there is none that is good.</summary>
public sealed record Resolved(long Revision, Session? Session, User? User, Token? Token, string? HandleHost)
{
    /// <summary>Why the handle's session is over; null when it is not, or there never was one.</summary>
    public SessionEnd? End { get; private init; }

    public static Resolved Nothing(long revision) => new(revision, null, null, null, null);

    /// <summary>A session that was, and what ended it.</summary>
    public static Resolved Over(long revision, string? host, SessionEnd end) => new(revision, null, null, null, host) { End = end };
}

/// <summary>Who ended a session, in the words of CAEP.</summary>
public static class Initiators
{
    public const string User = "user";
    public const string Admin = "admin";
    public const string Policy = "policy";
    public const string System = "system";
}
