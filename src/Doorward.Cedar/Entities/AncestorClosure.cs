using System.Diagnostics.CodeAnalysis;

namespace Doorward.Cedar;

/// <summary>An entity of a store together with everything above it.</summary>
internal sealed record EntityNode(Entity Entity, HashSet<EntityUid> Ancestors);

/// <summary>Works out who lies below whom, with a stack of its own: chains of parents come from outside and may be long.</summary>
internal static class AncestorClosure
{
    private static readonly HashSet<EntityUid> None = [];

    /// <summary>Makes the nodes of <paramref name="entities"/>; <paramref name="settled"/> knows those of others.</summary>
    public static bool TryCompute(
        IReadOnlyDictionary<EntityUid, Entity> entities, Func<EntityUid, EntityNode?> settled,
        [NotNullWhen(true)] out Dictionary<EntityUid, EntityNode>? nodes, [NotNullWhen(false)] out string? problem)
    {
        var done = new Dictionary<EntityUid, EntityNode>(entities.Count);
        var onTheWay = new HashSet<EntityUid>();
        var stack = new Stack<(Entity Entity, int NextParent)>();
        foreach (var start in entities.Values)
        {
            if (done.ContainsKey(start.Uid)) continue;
            stack.Push((start, 0));
            onTheWay.Add(start.Uid);
            while (stack.TryPop(out var step))
            {
                var (entity, next) = step;
                if (next == entity.Parents.Count)
                {
                    onTheWay.Remove(entity.Uid);
                    done[entity.Uid] = new EntityNode(entity, Collect(entity));
                    continue;
                }
                stack.Push((entity, next + 1));
                var parent = entity.Parents[next];
                if (done.ContainsKey(parent) || !entities.TryGetValue(parent, out var above)) continue;
                if (!onTheWay.Add(parent))
                {
                    (nodes, problem) = (null, $"The entity {parent} lies below itself, by way of {entity.Uid}.");
                    return false;
                }
                stack.Push((above, 0));
            }
        }
        (nodes, problem) = (done, null);
        return true;

        HashSet<EntityUid> Collect(Entity entity)
        {
            if (entity.Parents.Count == 0) return None;
            var ancestors = new HashSet<EntityUid>(entity.Parents);
            foreach (var parent in entity.Parents)
            {
                var above = done.TryGetValue(parent, out var node) ? node : settled(parent);
                if (above is not null) ancestors.UnionWith(above.Ancestors);
            }
            return ancestors;
        }
    }
}
