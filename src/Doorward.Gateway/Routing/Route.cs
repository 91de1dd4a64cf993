using System.Collections.Frozen;
using Doorward.Core.Applications;

namespace Doorward.Gateway.Routing;

internal enum RouteKind
{
    Application,

    /// <summary><c>auth.</c>: sign-in and OIDC issuer; reachable by everyone, judged by no policy.</summary>
    Auth,

    /// <summary><c>console.</c>: an application of the system, judged by its policies.</summary>
    Console,

    /// <summary><c>agent.</c>: devices and parts, by client certificate.</summary>
    Agent,
}

/// <summary>One application compiled for routing. Immutable; a changed definition is another route.</summary>
internal sealed class Route(RouteKind kind, ApplicationDefinition definition)
{
    private readonly FrozenSet<string> _origins = definition.Origins.ToFrozenSet(StringComparer.Ordinal);
    private readonly FrozenSet<string> _upgrades = definition.Upgrades.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    public RouteKind Kind => kind;

    public ApplicationDefinition Definition => definition;

    /// <summary>The application's name in Cedar.</summary>
    public string Name => definition.Name;

    public bool IsOpaque { get; } = definition.Paths == PathMode.Opaque;

    /// <summary>Served by the control plane to people: its cookies are its own, and its pages may only be used from themselves.</summary>
    public bool IsOwnHost => kind is RouteKind.Auth or RouteKind.Console;

    /// <summary>Where the control plane answers, to people or to devices.</summary>
    public bool IsServedByControlPlane => IsOwnHost || kind == RouteKind.Agent;

    public CorsRules? Cors { get; } = definition.Cors is { } cors ? new CorsRules(cors) : null;

    /// <summary>Whether the application names this origin beside its own.</summary>
    public bool IsAllowedOrigin(string origin) => _origins.Contains(origin);

    public bool AllowsUpgrade(string token) => _upgrades.Contains(token);
}
