using System.Net;
using Doorward.Core.Applications;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Doorward.Gateway.Tls;

namespace Doorward.Gateway.Enforcement;

/// <summary>
/// What one request is judged on, kept with its connection so that it can be judged again: a request line, whose path is null when policy
/// may not read it, or where a tunnel leads.
/// </summary>
internal sealed record RequestFacts(AccessAction Action, HttpEvidence? Http, IPAddress Address)
{
    /// <summary>Null for anything but a tunnel.</summary>
    public TunnelFacts? Tunnel { get; init; }

    /// <summary>The device whose certificate the connection showed, and which the session is of; null when it showed none.</summary>
    public string? Device { get; init; }

    /// <summary>The name of the connection's <see cref="ClientHello"/>; empty when it is not known.</summary>
    public string Client { get; init; } = "";

    public static AccessAction ActionOf(string method, bool upgrades) => method switch
    {
        _ when upgrades => AccessAction.Write,
        "GET" or "HEAD" or "OPTIONS" => AccessAction.Read,
        _ => AccessAction.Write,
    };
}

/// <summary>Where a tunnel leads, and by which connector.</summary>
internal sealed record TunnelFacts(TunnelEvidence Evidence, string Connector)
{
    /// <summary>Whether the application still names this target, by this connector.</summary>
    public bool IsOf(ApplicationDefinition application) =>
        application.Connector == Connector && application.Tcp.Any(target => target.Holds(Evidence.Host, Evidence.Port));
}
