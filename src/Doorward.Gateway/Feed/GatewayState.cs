using System.Collections.Immutable;
using Doorward.Core.Evaluations;
using Doorward.Gateway.Authentication;
using Doorward.Gateway.Routing;

namespace Doorward.Gateway.Feed;

/// <summary>Everything but sessions, at one revision: immutable, swapped whole by the applier.</summary>
internal sealed record GatewayState
{
    public static readonly GatewayState Empty = new();

    public string Epoch { get; init; } = "";

    /// <summary>The last revision applied; 0 before the first snapshot.</summary>
    public long Revision { get; init; }

    public GatewaySettings Settings { get; init; } = GatewaySettings.Unknown;

    public PolicyBundle Policies { get; init; } = PolicyBundle.Empty;

    public ImmutableDictionary<string, GatewayApplication> Applications { get; init; } = ImmutableDictionary<string, GatewayApplication>.Empty;

    public RouteTable Routes { get; init; } = RouteTable.Empty;

    public GroupTable Groups { get; init; } = GroupTable.Empty;

    public NetworkTable Networks { get; init; } = NetworkTable.Empty;

    /// <summary>All devices that are not retired. Whatever names another is of none.</summary>
    public ImmutableDictionary<string, DeviceView> Devices { get; init; } = ImmutableDictionary<string, DeviceView>.Empty;

    public ImmutableDictionary<string, GatewayConnector> Connectors { get; init; } = ImmutableDictionary<string, GatewayConnector>.Empty;

    public DeviceView? DeviceOf(SessionView? view) => view?.DeviceId is { } id ? Devices.GetValueOrDefault(id) : null;

    public CookieKeyRing CookieKeys { get; init; } = CookieKeyRing.Empty;

    /// <summary>Set once a change arrived that this gateway does not understand or that ends its membership: nothing is served on such a state.</summary>
    public string? Halted { get; init; }
}
