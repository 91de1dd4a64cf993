using System.Collections.Immutable;
using Doorward.Core.Protocol;

namespace Doorward.Gateway.Feed;

/// <summary>All groups at one revision, read in both directions: the groups above a person, the people below a group.</summary>
internal sealed class GroupTable
{
    public static readonly GroupTable Empty = new(ImmutableDictionary<string, GroupState>.Empty.WithComparers(StringComparer.Ordinal));

    private readonly ImmutableDictionary<string, GroupState> _groups;
    private readonly Dictionary<string, List<string>> _groupsOfMember = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _groupsAround = new(StringComparer.Ordinal);

    private GroupTable(ImmutableDictionary<string, GroupState> groups)
    {
        _groups = groups;
        foreach (var group in groups.Values)
        {
            foreach (var member in group.Members)
                Add(_groupsOfMember, member, group.Name);
            foreach (var nested in group.Groups)
                Add(_groupsAround, nested, group.Name);
        }
    }

    public static GroupTable Of(IEnumerable<GroupState> groups) =>
        new(Empty._groups.AddRange(groups.Select(group => KeyValuePair.Create(group.Name, group))));

    public GroupTable With(IReadOnlyCollection<GroupState> put, IReadOnlyCollection<string> removed) =>
        put.Count == 0 && removed.Count == 0
            ? this
            : new(_groups.RemoveRange(removed).SetItems(put.Select(group => KeyValuePair.Create(group.Name, group))));

    /// <summary>The transitive closure of a person's groups, sorted ordinally. Groups that contain each other are no trap.</summary>
    public ImmutableArray<string> GroupsOf(string member)
    {
        if (!_groupsOfMember.TryGetValue(member, out var direct))
            return [];
        var closure = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>(direct);
        while (open.TryDequeue(out var group))
        {
            if (closure.Add(group) && _groupsAround.TryGetValue(group, out var around))
                around.ForEach(open.Enqueue);
        }

        return [.. closure];
    }

    /// <summary>Adds the names of everyone in a group, nested ones included: those whom a change of it can concern.</summary>
    public void CollectMembers(string group, HashSet<string> names)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([group]);
        while (open.TryDequeue(out var name))
        {
            if (!seen.Add(name) || !_groups.TryGetValue(name, out var state))
                continue;
            names.UnionWith(state.Members);
            foreach (var nested in state.Groups)
                open.Enqueue(nested);
        }
    }

    private static void Add(Dictionary<string, List<string>> index, string key, string group)
    {
        if (!index.TryGetValue(key, out var list))
            index[key] = list = [];
        list.Add(group);
    }
}
