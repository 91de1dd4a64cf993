namespace Doorward.Cedar.Indexing;

/// <summary>Some policies of an index: a few to be looked at in turn, or a branching by one part of their scopes.</summary>
internal abstract class IndexNode
{
    /// <summary>Shows every policy whose scope may match; false when the visitor has seen enough.</summary>
    public abstract bool Visit(PolicyVisitor visitor);
}

/// <summary>Policies that are looked at in turn, in the order of the set.</summary>
internal sealed class IndexLeaf(PlacedPolicy[] policies) : IndexNode
{
    public override bool Visit(PolicyVisitor visitor)
    {
        foreach (ref readonly var policy in policies.AsSpan())
            if (!visitor.Look(policy)) return false;
        return true;
    }
}

/// <summary>Policies by what their scopes demand of one participant: to be an entity, to lie within one, to be of a type, nothing.</summary>
internal sealed class IndexBranch(
    ScopePart part, NameMap<IndexNode> exact, NameMap<IndexNode> within, Dictionary<string, IndexNode> ofType, IndexNode? rest) : IndexNode
{
    public override bool Visit(PolicyVisitor visitor)
    {
        var name = part.Of(visitor.Frame).Name;
        if (exact.Count > 0 && exact.Find(name) is { } same && !same.Visit(visitor)) return false;
        if (within.Count > 0 && !VisitWithin(name, visitor)) return false;
        if (ofType.Count > 0 && name.Uid.Type is { } type && ofType.TryGetValue(type, out var typed) && !typed.Visit(visitor)) return false;
        return rest is null || rest.Visit(visitor);
    }

    private bool VisitWithin(EntityValue name, PolicyVisitor visitor)
    {
        if (within.Find(name) is { } itself && !itself.Visit(visitor)) return false;
        ref readonly var above = ref visitor.Above(part);
        if (above.All is not null) return VisitAll(above.All, visitor);
        // What two parents share is found twice, which the visitor bears.
        foreach (var parent in above.Parents)
        {
            if (within.Find(parent.Name) is { } found && !found.Visit(visitor)) return false;
            if (!VisitAll(parent.Above, visitor)) return false;
        }
        return true;
    }

    private bool VisitAll(AncestorSet names, PolicyVisitor visitor)
    {
        foreach (var name in names.Places)
            if (name is not null && within.Find(name) is { } found && !found.Visit(visitor)) return false;
        return true;
    }
}
