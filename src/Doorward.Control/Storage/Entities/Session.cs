using Doorward.Control.Changes;
using Doorward.Core.Identifiers;
using Doorward.Core.Sessions;

namespace Doorward.Control.Storage;

/// <summary>One sign-in of one subject. A row stays after its end, so that decisions can be explained.</summary>
public sealed class Session : IRevised
{
    public string Id { get; init; } = SessionId.New().Value;
    public required string UserId { get; init; }

    /// <summary><c>browser</c>, <c>token</c> or <c>agent</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>1 password or bearer, 2 two factors, 3 phishing-resistant.</summary>
    public required int Assurance { get; set; }

    /// <summary>RFC 8176 names.</summary>
    public required string[] Methods { get; set; }
    public required DateTimeOffset Created { get; init; }

    /// <summary>The OIDC auth_time: the last time the person proved who they are.</summary>
    public required DateTimeOffset Authenticated { get; set; }
    public required DateTimeOffset Expires { get; set; }
    public required DateTimeOffset LastUse { get; set; }
    public string? Address { get; set; }
    public string? LastAddress { get; set; }
    public string? UserAgent { get; set; }
    public string? IdentityProvider { get; set; }

    /// <summary>The device that signed for this session; null before one did. When it last did is not kept: it does so anew.</summary>
    public string? DeviceId { get; set; }

    /// <summary>For what that device vouched: the browser's address and kind of client (as a gateway names its ClientHello), and its own address.</summary>
    public string? BoundAddress { get; set; }
    public string? BoundClient { get; set; }
    public string? BoundDeviceAddress { get; set; }

    /// <summary>SHA-256 of the sign-in cookie at the auth host; null for sessions without a browser.</summary>
    public byte[]? CookieHash { get; set; }

    /// <summary>The user's <see cref="User.SecurityEpoch"/> when the session began.</summary>
    public long SecurityEpoch { get; set; }

    public DateTimeOffset? Ended { get; set; }
    public SessionEndCause? EndCause { get; set; }

    /// <summary>What an administrator gave as the reason. The person is told it too.</summary>
    public string? EndReason { get; set; }

    /// <summary>In the words of CAEP: user, admin, policy, system.</summary>
    public string? EndInitiator { get; set; }

    /// <summary>The administrator, as records name them; null where nobody in particular did it.</summary>
    public string? EndedBy { get; set; }
    public long Revision { get; set; }
}

/// <summary>The credential of one session at one application host, kept as its hash. An ended one is deleted.</summary>
public sealed class Handle
{
    public required byte[] Hash { get; init; }
    public required string SessionId { get; init; }
    public Session? Session { get; init; }
    public required string Host { get; init; }
    public required DateTimeOffset Created { get; init; }
}

/// <summary>A single-use code that carries a sign-in from the auth host to one application host in one browser.</summary>
public sealed class SignInTicket
{
    public required byte[] Hash { get; init; }
    public required string SessionId { get; init; }
    public required string Host { get; init; }

    /// <summary>SHA-256 of the nonce in the browser's flow cookie.</summary>
    public required byte[] BrowserHash { get; init; }
    public required DateTimeOffset Expires { get; init; }
}
