using System.Collections.Frozen;
using System.Collections.Immutable;
using Doorward.Core.Applications;
using Doorward.Gateway.Forwarding;

namespace Doorward.Gateway.Routing;

/// <summary>What a route table is made of.</summary>
internal sealed record RouteTableInput
{
    public required string Domain { get; init; }

    /// <summary>The port that people type.</summary>
    public required int PublicPort { get; init; }

    public ImmutableArray<ApplicationDefinition> Applications { get; init; } = [];

    /// <summary>Names of the applications that are the product's own; only these may have reserved hosts.</summary>
    public ImmutableHashSet<string> SystemApplications { get; init; } = [Core.Applications.SystemApplications.Console];

    /// <summary>Header names, beside the table's, that clients may not send.</summary>
    public ImmutableArray<string> OwnedHeaders { get; init; } = [];
}

/// <summary>A host that serves nobody until the definition is mended.</summary>
internal sealed record RouteProblem(string Application, string Host, string What, string Fix);

/// <summary>Hosts to applications: exact, then the longest wildcard. Immutable; the feed's applier replaces it whole.</summary>
internal sealed class RouteTable
{
    private readonly FrozenDictionary<string, Route> _exact;
    private readonly FrozenDictionary<string, Route> _wildcards;
    private readonly FrozenDictionary<string, Route>.AlternateLookup<ReadOnlySpan<char>> _wildcardBySuffix;

    private RouteTable(RouteTableInput input, RouteTableBuilder builder)
    {
        Domain = input.Domain;
        PublicPort = input.PublicPort;
        Headers = HeaderRules.Create(input.OwnedHeaders);
        Routes = [.. builder.Routes];
        Problems = [.. builder.Problems];
        _exact = builder.Exact.ToFrozenDictionary(StringComparer.Ordinal);
        _wildcards = builder.Wildcards.ToFrozenDictionary(StringComparer.Ordinal);
        _wildcardBySuffix = _wildcards.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    /// <summary>Knows nothing: what a gateway has before its first snapshot.</summary>
    public static RouteTable Empty { get; } = Build(new() { Domain = "invalid", PublicPort = 0 });

    public string Domain { get; }

    public int PublicPort { get; }

    public HeaderRules Headers { get; }

    public ImmutableArray<Route> Routes { get; }

    public ImmutableArray<RouteProblem> Problems { get; }

    public static RouteTable Build(RouteTableInput input) => new(input, RouteTableBuilder.Compile(input));

    /// <summary>Whether a door names this host itself, not only by a wildcard.</summary>
    public bool Names(string host) => _exact.ContainsKey(host);

    /// <summary>The route of a lower-case host without port; null when nothing has a door under it.</summary>
    public Route? Find(string host)
    {
        if (_exact.TryGetValue(host, out var route)) return route;
        if (_wildcards.Count == 0) return null;
        for (var dot = host.IndexOf('.', StringComparison.Ordinal); dot > 0; dot = host.IndexOf('.', dot + 1))
        {
            if (_wildcardBySuffix.TryGetValue(host.AsSpan(dot), out route)) return route;
        }

        return null;
    }
}
