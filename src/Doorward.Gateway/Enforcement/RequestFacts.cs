using System.Net;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Doorward.Gateway.Tls;

namespace Doorward.Gateway.Enforcement;

/// <summary>What one request is judged on, kept with its connection so that it can be judged again. Path is null when policy may not read it.</summary>
internal sealed record RequestFacts(AccessAction Action, HttpEvidence Http, IPAddress Address)
{
    /// <summary>The name of the connection's <see cref="ClientHello"/>; empty when it is not known.</summary>
    public string Client { get; init; } = "";

    public static AccessAction ActionOf(string method, bool upgrades) => method switch
    {
        _ when upgrades => AccessAction.Write,
        "GET" or "HEAD" or "OPTIONS" => AccessAction.Read,
        _ => AccessAction.Write,
    };
}
