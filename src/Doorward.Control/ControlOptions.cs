using System.Net;
using Doorward.Control.Audit;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Builder;

namespace Doorward.Control;

/// <summary>What a control plane is started with.</summary>
public sealed record ControlOptions
{
    /// <summary>The directory of the installation; made when missing.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Doors are below it: <c>auth.</c>, <c>console.</c>, and the applications'.</summary>
    public string Domain { get; init; } = "doorward.localhost";

    /// <summary>The port people type.</summary>
    public int PublicPort { get; init; } = 8443;

    /// <summary>Where gateways reach the control plane, over mutual TLS; port 0 lets the system choose.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>The name of the gateway that runs in the same process; null when gateways are apart.</summary>
    public string? OwnGateway { get; init; }

    /// <summary>Says where checkpoints of the audit log go outside; nowhere by default.</summary>
    public Action<AuditOptions>? ConfigureAudit { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Adds what lies above the control plane: its pages, the host's logging.</summary>
    public Action<WebApplicationBuilder>? ExtendBuilder { get; init; }

    /// <summary>Maps what lies above the control plane. Endpoints name the host they serve.</summary>
    public Action<WebApplication>? ExtendApp { get; init; }

    /// <summary>The first thing wrong with these options, with its fix; null when they can be used.</summary>
    public string? Problem() => this switch
    {
        { DataDirectory: "" } => "The data directory is not given. Name one with --data.",
        { PublicPort: < 1 or > 65535 } => $"{PublicPort} is no port. Use 1 to 65535.",
        _ when Uri.CheckHostName(Domain) != UriHostNameType.Dns || Domain.Any(char.IsAsciiLetterUpper) || !Domain.Contains('.') || Domain.EndsWith('.') =>
            $"\"{Domain}\" is no domain. Write it in lower case, with a dot inside and none at the end, for example doorward.localhost.",
        _ => null,
    };
}
