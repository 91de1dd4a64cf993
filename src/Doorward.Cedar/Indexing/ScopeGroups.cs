namespace Doorward.Cedar.Indexing;

/// <summary>Policies grouped by what one part of their scopes demands. One that takes several actions is in the group of each.</summary>
internal sealed class ScopeGroups
{
    public ScopeGroups(ScopePart part, List<PlacedPolicy> policies)
    {
        Part = part;
        foreach (var policy in policies)
        {
            ref readonly var demand = ref part.Of(policy.Policy);
            if (demand.Exact is { } entity) Add(Exact, entity, policy);
            else if (demand.Within is { } within) Add(Within, within, policy);
            else if (demand.WithinAny is { } any)
                foreach (var above in any) Add(Within, above, policy);
            else if (demand.Type is { } type) Add(OfType, type, policy);
            else Rest.Add(policy);
        }
    }

    public ScopePart Part { get; }

    public Dictionary<EntityValue, List<PlacedPolicy>> Exact { get; } = [];

    public Dictionary<EntityValue, List<PlacedPolicy>> Within { get; } = [];

    public Dictionary<string, List<PlacedPolicy>> OfType { get; } = new(StringComparer.Ordinal);

    /// <summary>Those that demand nothing.</summary>
    public List<PlacedPolicy> Rest { get; } = [];

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

    private static void Add<TKey>(Dictionary<TKey, List<PlacedPolicy>> groups, TKey key, PlacedPolicy policy)
        where TKey : notnull
    {
        if (!groups.TryGetValue(key, out var group)) groups.Add(key, group = []);
        group.Add(policy);
    }
}
