using Doorward.Cedar.Compilation;

namespace Doorward.Cedar.Indexing;

/// <summary>
/// Sorts policies by the part of their scopes that tells them apart best, what that leaves together by the next part, and so on.
/// </summary>
internal sealed class IndexBuilder(CompiledPolicy[] policies)
{
    // Fewer are looked at as fast as they are looked up.
    private const int LeafSize = 4;

    // A branching that would leave more than this share together is not worth its look-ups.
    private const double WorthWhile = 0.9;

    public IndexNode Build(List<int> places) => Build(places, [ScopePart.Principal, ScopePart.Resource, ScopePart.Action]);

    private IndexNode Build(List<int> places, ScopePart[] parts)
    {
        if (places.Count <= LeafSize || parts.Length == 0) return new IndexLeaf([.. places]);
        var groups = parts.Select(part => new ScopeGroups(part, policies, places)).MinBy(groups => groups.Expected)!;
        if (groups.Expected > places.Count * WorthWhile) return new IndexLeaf([.. places]);
        ScopePart[] left = [.. parts.Where(part => part != groups.Part)];
        return new IndexBranch(
            groups.Part, Map(groups.Exact, left), Map(groups.Within, left),
            groups.OfType.ToDictionary(group => group.Key, group => Build(group.Value, left), StringComparer.Ordinal),
            groups.Rest.Count == 0 ? null : Build(groups.Rest, left));
    }

    private NameMap<IndexNode> Map(Dictionary<EntityValue, List<int>> groups, ScopePart[] left) =>
        new([.. groups.Select(group => KeyValuePair.Create(group.Key, Build(group.Value, left)))]);
}
