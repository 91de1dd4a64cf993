using System.Collections.Immutable;
using Doorward.Core.Tunnels;

namespace Doorward.Core.Applications;

/// <summary>One thing with a door, as an operator writes it (design section 10). Paths, ports and times are checked by <see cref="ApplicationRules"/>.</summary>
public sealed record ApplicationDefinition
{
    public required string Name { get; init; }

    /// <summary>Lower-case DNS names without port; <c>*.example.org</c> matches any one or more labels below.</summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>Absolute http or https URLs without path, query or user information. At least one unless there are targets of tunnels.</summary>
    public ImmutableArray<UpstreamDefinition> Upstreams { get; init; } = [];

    /// <summary>From where the upstreams are reached, or the targets of tunnels; null: from the gateway.</summary>
    public string? Connector { get; init; }

    /// <summary>Targets of tunnels, in place of hosts and upstreams.</summary>
    // What was stored before there were tunnels does not name it, and is read as it stands.
    public ImmutableArray<TunnelTarget> Tcp { get => field.IsDefault ? [] : field; init; } = [];

    public TunnelLimits? Tunnels { get; init; }

    /// <summary>Whether targets are told by PROXY protocol version 2 who connects.</summary>
    public bool ProxyProtocol { get; init; }

    public SshDefinition? Ssh { get; init; }

    /// <summary>Cedar tags of the application entity: <c>resource.getTag("sensitivity")</c>.</summary>
    public ImmutableSortedDictionary<string, string> Labels { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    public PathMode Paths { get; init; }

    /// <summary>Origins, besides the application's own, that may open WebSockets.</summary>
    public ImmutableArray<string> Origins { get; init; } = [];

    public CorsDefinition? Cors { get; init; }

    /// <summary>Whether the short lease applies.</summary>
    public bool Strict { get; init; }

    /// <summary>The oldest sign-in that still opens this door; null for no bound beyond the session's own.</summary>
    public TimeSpan? MaxSignInAge { get; init; }

    public UpstreamTlsDefinition? Tls { get; init; }

    public UpstreamProtocol Protocol { get; init; }

    /// <summary>Whether the upstream sees the host that the client asked for.</summary>
    public bool PreserveHost { get; init; } = true;

    /// <summary>Upgrade tokens other than <c>websocket</c> that pass, lower-case.</summary>
    public ImmutableArray<string> Upgrades { get; init; } = [];

    public HealthCheckDefinition? HealthCheck { get; init; }

    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an upstream may stay silent in a request that is not upgraded.</summary>
    public TimeSpan ActivityTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>Whether link-local, metadata and unspecified addresses are accepted as upstreams.</summary>
    public bool AllowSpecialAddresses { get; init; }
}

public enum PathMode { Canonical, Opaque }

public enum UpstreamProtocol { Http1, Http2 }

public sealed record UpstreamDefinition(Uri Address);

/// <summary>Trust in, and identity towards, an https upstream. PEM texts; the key is sealed in storage and never returned.</summary>
public sealed record UpstreamTlsDefinition
{
    public string? CaPem { get; init; }
    public string? ServerName { get; init; }
    public string? ClientCertificatePem { get; init; }
    public string? ClientKeyPem { get; init; }
}

public sealed record CorsDefinition
{
    public ImmutableArray<string> Origins { get; init; } = [];
    public ImmutableArray<string> Methods { get; init; } = [];
    public ImmutableArray<string> Headers { get; init; } = [];
    public bool Credentials { get; init; }
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromMinutes(10);
}

public sealed record HealthCheckDefinition
{
    public string Path { get; init; } = "/";
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(3);
}
