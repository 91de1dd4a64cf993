namespace Doorward.Cedar.Compilation;

/// <summary>What a scope demands of one participant, with the names that it compares made once. Whether it is met never errors.</summary>
internal readonly struct Demand
{
    private Demand(string? type, EntityValue? exact, EntityValue? within, EntityValue[]? withinAny) =>
        (Type, Exact, Within, WithinAny) = (type, exact, within, withinAny);

    /// <summary>The type it must have, if any.</summary>
    public string? Type { get; }

    /// <summary>The entity it must be, if any.</summary>
    public EntityValue? Exact { get; }

    /// <summary>The entity that it must be or lie below, if any.</summary>
    public EntityValue? Within { get; }

    /// <summary>The entities of which it must be or lie below one; null when that is not demanded.</summary>
    public EntityValue[]? WithinAny { get; }

    public static Demand Of(EntityConstraint constraint) => constraint switch
    {
        EntityConstraint.Any => default,
        EntityConstraint.Equal equal => new Demand(null, NameOf(equal.Entity), null, null),
        EntityConstraint.In within => new Demand(null, null, NameOf(within.Entity), null),
        EntityConstraint.Is type => new Demand(SharedNames.Of(type.EntityType), null, null, null),
        EntityConstraint.IsIn type => new Demand(SharedNames.Of(type.EntityType), null, NameOf(type.Entity), null),
        _ => throw new InvalidOperationException($"Unknown constraint {constraint.GetType().Name}."),
    };

    public static Demand Of(ActionConstraint constraint) => constraint switch
    {
        ActionConstraint.Any => default,
        ActionConstraint.Equal equal => new Demand(null, SharedNames.Of(equal.Action), null, null),
        ActionConstraint.In group => new Demand(null, null, SharedNames.Of(group.Action), null),
        ActionConstraint.InAny groups => new Demand(null, null, null, [.. groups.Actions.Distinct().Select(SharedNames.Of)]),
        _ => throw new InvalidOperationException($"Unknown constraint {constraint.GetType().Name}."),
    };

    public bool IsMet(Frame frame, Participant participant)
    {
        if (Exact is not null) return Exact.Equals(participant.Name);
        if (Type is not null && !string.Equals(Type, participant.Name.Uid.Type)) return false;
        if (Within is not null) return frame.IsIn(participant, Within);
        return WithinAny is null || IsWithinAny(frame, participant);
    }

    private bool IsWithinAny(Frame frame, Participant participant)
    {
        foreach (var above in WithinAny!)
            if (frame.IsIn(participant, above)) return true;
        return false;
    }

    private static EntityValue NameOf(EntityReference reference) => reference is EntityReference.Literal literal
        ? SharedNames.Of(literal.Uid)
        : throw new InvalidOperationException("A template was compiled as if it were a policy.");
}
