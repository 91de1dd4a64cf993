using System.Collections.Immutable;
using Doorward.Control.Storage;

namespace Doorward.Control.Resources.Groups;

/// <summary>Which group lies in which, over all groups at one moment.</summary>
internal sealed class Nesting
{
    private readonly IReadOnlyDictionary<string, GroupSpec> _groups;
    private readonly ILookup<string, string> _holders;
    private readonly ILookup<string, string> _memberships;

    public Nesting(IReadOnlyDictionary<string, GroupSpec> groups)
    {
        _groups = groups;
        _holders = groups.SelectMany(static g => g.Value.Groups, static (g, inner) => (inner, holder: g.Key))
            .ToLookup(static pair => pair.inner, static pair => pair.holder, StringComparer.Ordinal);
        _memberships = groups.SelectMany(static g => g.Value.Everyone, static (g, member) => (member, group: g.Key))
            .ToLookup(static pair => pair.member, static pair => pair.group, StringComparer.Ordinal);
    }

    /// <summary>All groups that a user is in, through any number of steps, in ordinal order.</summary>
    public ImmutableArray<string> GroupsOf(string user)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var pending = new Stack<string>(_memberships[user]);
        while (pending.TryPop(out var group))
        {
            if (!found.Add(group)) continue;
            foreach (var holder in _holders[group]) pending.Push(holder);
        }

        return [.. found];
    }

    /// <summary>All users in a group, through any number of steps, in ordinal order.</summary>
    public ImmutableArray<string> MembersOf(string group)
    {
        var members = new SortedSet<string>(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var pending = new Stack<string>([group]);
        while (pending.TryPop(out var name))
        {
            if (!seen.Add(name) || !_groups.TryGetValue(name, out var spec)) continue;
            members.UnionWith(spec.Everyone);
            foreach (var inner in spec.Groups) pending.Push(inner);
        }

        return [.. members];
    }

    /// <summary>A way from a group back to itself, or null. Walks with a stack of its own: nesting comes from outside.</summary>
    public IReadOnlyList<string>? FindCycle(string start)
    {
        var cameFrom = new Dictionary<string, string>(StringComparer.Ordinal);
        var pending = new Stack<string>([start]);
        while (pending.TryPop(out var group))
        {
            if (!_groups.TryGetValue(group, out var spec)) continue;
            foreach (var inner in spec.Groups)
            {
                if (inner == start) return Trace(cameFrom, start, group);
                if (cameFrom.TryAdd(inner, group)) pending.Push(inner);
            }
        }

        return null;
    }

    private static List<string> Trace(Dictionary<string, string> cameFrom, string start, string last)
    {
        var way = new List<string> { start };
        for (var step = last; step != start; step = cameFrom[step]) way.Insert(0, step);
        way.Insert(0, start);
        return way;
    }
}
