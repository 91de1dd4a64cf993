using Doorward.Cedar.Compilation;

namespace Doorward.Cedar.Indexing;

/// <summary>Policies grouped by what one part of their scopes demands. One that takes several actions is in the group of each.</summary>
internal sealed class ScopeGroups
{
    public ScopeGroups(ScopePart part, CompiledPolicy[] policies, List<int> places)
    {
        Part = part;
        foreach (var place in places)
        {
            var demand = part.Of(policies[place].Scope);
            if (demand.Exact is { } entity) Add(Exact, entity, place);
            else if (demand.Within is { } entities)
                foreach (var above in entities) Add(Within, above, place);
            else if (demand.Type is { } type) Add(OfType, type, place);
            else Rest.Add(place);
        }
    }

    public ScopePart Part { get; }

    public Dictionary<EntityValue, List<int>> Exact { get; } = [];

    public Dictionary<EntityValue, List<int>> Within { get; } = [];

    public Dictionary<string, List<int>> OfType { get; } = new(StringComparer.Ordinal);

    /// <summary>Those that demand nothing.</summary>
    public List<int> Rest { get; } = [];

    /// <summary>How many policies are left for a request, if requests are spread as policies are: one group, and those that demand nothing.</summary>
    public double Expected
    {
        get
        {
            double all = 0, squares = 0;
            foreach (var group in Exact.Values.Concat(Within.Values).Concat(OfType.Values))
            {
                all += group.Count;
                squares += (double)group.Count * group.Count;
            }
            return Rest.Count + (all == 0 ? 0 : squares / all);
        }
    }

    private static void Add<TKey>(Dictionary<TKey, List<int>> groups, TKey key, int place)
        where TKey : notnull
    {
        if (!groups.TryGetValue(key, out var group)) groups.Add(key, group = []);
        group.Add(place);
    }
}
