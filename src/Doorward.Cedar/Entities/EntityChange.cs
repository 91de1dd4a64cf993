using NodeTrie = Doorward.Cedar.HashTrie<Doorward.Cedar.EntityNode, Doorward.Cedar.EntityNode.Naming>;
using ParentTrie = Doorward.Cedar.HashTrie<Doorward.Cedar.Parent, Doorward.Cedar.Parent.Naming>;

namespace Doorward.Cedar;

/// <summary>
/// One entity put into a store or taken out of it. Most have nothing below them, and then nothing else changes; where what lies above a
/// parent changes, one pass over the store finds all below it.
/// </summary>
internal sealed class EntityChange(NodeTrie nodes, ParentTrie parents)
{
    public NodeTrie Nodes { get; private set; } = nodes;

    /// <summary>All that are or once were parents.</summary>
    public ParentTrie Parents { get; private set; } = parents;

    /// <exception cref="ArgumentException">The entity would lie below itself.</exception>
    public void Put(Entity entity)
    {
        var given = new EntityValue(entity.Uid);
        var old = Nodes.Find(given);
        if (old is not null && HasSameParents(old.Ancestry.Parents, entity.Parents))
        {
            Nodes = Nodes.With(new EntityNode(old.Name, entity.Attributes, entity.Tags, old.Ancestry));
            return;
        }
        var name = old?.Name ?? Parents.Find(given)?.Name ?? given;
        var above = new Parent[entity.Parents.Count];
        for (var i = 0; i < above.Length; i++)
        {
            above[i] = ParentOf(new EntityValue(entity.Parents[i]));
            if (above[i].IsOrIsBelow(name))
                throw new ArgumentException($"The entity {name.Uid} lies below itself, by way of {above[i].Name.Uid}.", nameof(entity));
        }
        var ancestry = Ancestry.Of(above);
        Nodes = Nodes.With(new EntityNode(name, entity.Attributes, entity.Tags, ancestry));
        UpdateBelow(name, ancestry);
    }

    public void Remove(EntityNode node)
    {
        Nodes = Nodes.Without(node.Name);
        UpdateBelow(node.Name, Ancestry.None);
    }

    private static bool HasSameParents(Parent[] before, IReadOnlyList<EntityUid> after)
    {
        if (before.Length != after.Count) return false;
        for (var i = 0; i < before.Length; i++)
            if (before[i].Name.Uid != after[i]) return false;
        return true;
    }

    private Parent ParentOf(EntityValue name)
    {
        if (Parents.TryFind(name, out var known)) return known;
        var parent = Nodes.TryFind(name, out var node) ? new Parent(node.Name, node.Ancestry.ToSet()) : new Parent(name, AncestorSet.Empty);
        Parents = Parents.With(parent);
        return parent;
    }

    private void UpdateBelow(EntityValue name, in Ancestry ancestry)
    {
        if (!Parents.TryFind(name, out var parent)) return;
        var above = ancestry.ToSet();
        if (above.IsSameAs(parent.Above)) return;
        Parents = Parents.With(new Parent(parent.Name, above));
        // Whoever is further down has more above it, so that each comes behind all that it lies below.
        var below = Nodes.Where(node => node.Ancestry.Contains(name)).ConvertAll(node => (Node: node, node.Ancestry.ToSet().Count));
        below.Sort(static (a, b) => a.Count.CompareTo(b.Count));
        foreach (var (node, _) in below) Update(node);
    }

    private void Update(EntityNode node)
    {
        var changed = Ancestry.Of(Array.ConvertAll(node.Ancestry.Parents, parent => Parents.Find(parent.Name)!));
        Nodes = Nodes.With(node.With(changed));
        if (Parents.TryFind(node.Name, out var parent)) Parents = Parents.With(new Parent(parent.Name, changed.ToSet()));
    }
}
