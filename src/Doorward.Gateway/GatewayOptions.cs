using System.Collections.Immutable;
using System.Net;

namespace Doorward.Gateway;

/// <summary>What one gateway is told at its start; everything else comes through the feed.</summary>
public sealed record GatewayOptions
{
    /// <summary>Name in the component certificate: <c>spiffe://&lt;trust domain&gt;/gateway/&lt;name&gt;</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The internal listener of the control plane, an https URL without path. Its certificate is checked by SPIFFE id, not by this name.</summary>
    public required Uri ControlPlane { get; init; }

    public required string TrustDomain { get; init; }

    /// <summary>
    /// PEM of the component CA (one or several certificates): the only root that a control plane is believed by. May be
    /// null for a gateway that joined before, or that joins with a token: the token names the CA by fingerprint.
    /// </summary>
    public string? ComponentAuthorityPem { get; init; }

    /// <summary>Devices' host, the only one that asks for a client certificate. The trust domain is the installation's domain.</summary>
    internal string AgentHost => $"agent.{TrustDomain}";

    /// <summary>Where the key, the certificate and the spool live; made with mode 0700.</summary>
    public required string DataDirectory { get; init; }

    public required ImmutableArray<IPEndPoint> Listen { get; init; }

    /// <summary>Of our parts on this machine, as far as they were chosen: what is forwarded never leads there.</summary>
    internal ImmutableArray<int> OwnPorts => [ControlPlane.Port, .. Listen.Select(static endpoint => endpoint.Port).Where(static port => port != 0)];

    /// <summary>The one-time token (<c>dwj_...</c>) that buys the first certificate; null once the gateway has joined.</summary>
    public string? JoinToken { get; init; }

    /// <summary>Bytes of unacknowledged records on disk at which the gateway denies rather than serve without a record.</summary>
    public long SpoolLimit { get; init; } = 256L * 1024 * 1024;

    /// <summary>Sessions held in memory at most; the longest unused go first.</summary>
    public int SessionLimit { get; init; } = 200_000;

    /// <summary>Connections held at most that nobody has signed in on; the oldest go first.</summary>
    public int AnonymousConnectionLimit { get; init; } = 1_000;

    /// <summary>Connections held at most on which nothing was asked since the handshake; the oldest go first.</summary>
    public int NewcomerLimit { get; init; } = 256;

    /// <summary>Answers over HTTP/2 held at most that wait to be read on connections that nobody has signed in on; the oldest go first.</summary>
    public int AnonymousAnswerLimit { get; init; } = 1_024;

    /// <summary>Requests in progress at most that nobody has signed in for, at sign-in pages and public applications; the oldest go first.</summary>
    public int AnonymousRequestLimit { get; init; } = 512;

    /// <summary>Connections of one device, and its requests in progress, that it answers for; beyond that it is as anybody.</summary>
    public int DeviceRequestLimit { get; init; } = 8;

    /// <summary>Requests in progress at most of one session, and connections that it answers for; more are refused.</summary>
    public int SessionRequestLimit { get; init; } = 1_000;

    /// <summary>Connections of their own for the data of tunnels at most, offers of one counted as well; more are not offered.</summary>
    public int DataConnectionLimit { get; init; } = 1_000;

    /// <summary>Requests a second of one session, and twice as many at once; more are refused. 0 is no limit.</summary>
    public int SessionRate { get; init; } = 1_000;

    /// <summary>How often clock-reading decisions, expiries and the lease are looked at again.</summary>
    public TimeSpan ClockInterval { get; init; } = TimeSpan.FromMilliseconds(250);
}
