namespace Doorward.Cedar.Indexing;

/// <summary>
/// Sorts policies by the part of their scopes that tells them apart best, what that leaves together by the next part, and so on.
/// </summary>
internal static class IndexBuilder
{
    // Fewer are looked at as fast as they are looked up.
    private const int LeafSize = 4;

    // A branching that would leave more than this share together is not worth its look-ups.
    private const double WorthWhile = 0.9;

    public static IndexNode Build(List<PlacedPolicy> policies) => Build(policies, [ScopePart.Principal, ScopePart.Resource, ScopePart.Action]);

    private static IndexNode Build(List<PlacedPolicy> policies, ScopePart[] parts)
    {
        if (policies.Count <= LeafSize || parts.Length == 0) return new IndexLeaf([.. policies]);
        var groups = parts.Select(part => new ScopeGroups(part, policies)).MinBy(groups => groups.Expected)!;
        if (groups.Expected > policies.Count * WorthWhile) return new IndexLeaf([.. policies]);
        ScopePart[] left = [.. parts.Where(part => part != groups.Part)];
        return new IndexBranch(
            groups.Part, Map(groups.Exact, left), Map(groups.Within, left),
            groups.OfType.ToDictionary(group => group.Key, group => Build(group.Value, left), StringComparer.Ordinal),
            groups.Rest.Count == 0 ? null : Build(groups.Rest, left));
    }

    private static NameMap<IndexNode> Map(Dictionary<EntityValue, List<PlacedPolicy>> groups, ScopePart[] left) =>
        new([.. groups.Select(group => KeyValuePair.Create(group.Key, Build(group.Value, left)))]);
}
