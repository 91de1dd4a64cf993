using System.Collections.Immutable;
using System.Text.Json;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Identity;

/// <summary>Groups and what is nested in them, both ways.</summary>
internal static class GroupClosure
{
    internal static async Task<IReadOnlyDictionary<string, GroupSpec>> ReadAsync(DoorwardDb db, CancellationToken cancel) =>
        (await db.Resources.AsNoTracking().Where(resource => resource.Kind == ResourceKinds.Group).ToListAsync(cancel))
        .ToDictionary(group => group.Name, group => JsonSerializer.Deserialize<GroupSpec>(group.Json, JsonSerializerOptions.Web)!, StringComparer.Ordinal);

    /// <summary>Every group that a person is in, directly or by nesting, sorted.</summary>
    internal static ImmutableArray<string> Of(string name, IReadOnlyDictionary<string, GroupSpec> groups)
    {
        var found = groups.Where(group => group.Value.Members.Contains(name, StringComparer.Ordinal)).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
        while (groups.Where(group => !found.Contains(group.Key) && group.Value.Groups.Any(found.Contains)).Select(group => group.Key).ToList() is { Count: > 0 } more)
            found.UnionWith(more);
        return [.. found.Order(StringComparer.Ordinal)];
    }

    /// <summary>Everybody in a group, directly or by nesting.</summary>
    internal static IReadOnlyList<string> Members(string name, IReadOnlyDictionary<string, GroupSpec> groups)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<string>([name]);
        var members = new HashSet<string>(StringComparer.Ordinal);
        while (open.TryDequeue(out var next))
        {
            if (!seen.Add(next) || !groups.TryGetValue(next, out var group))
                continue;
            members.UnionWith(group.Members);
            foreach (var nested in group.Groups)
                open.Enqueue(nested);
        }
        return [.. members];
    }
}
