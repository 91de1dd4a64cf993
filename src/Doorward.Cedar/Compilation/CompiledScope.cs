namespace Doorward.Cedar.Compilation;

/// <summary>What a scope demands of one participant, with the names that it compares made once.</summary>
/// <param name="Type">The type it must have, if any.</param>
/// <param name="Exact">The entity it must be, if any.</param>
/// <param name="Within">The entities of which it must be or lie below one; null when that is not demanded.</param>
internal readonly record struct Demand(string? Type, EntityValue? Exact, EntityValue[]? Within)
{
    public static Demand Of(EntityConstraint constraint) => constraint switch
    {
        EntityConstraint.Any => default,
        EntityConstraint.Equal equal => new Demand(null, NameOf(equal.Entity), null),
        EntityConstraint.In within => new Demand(null, null, [NameOf(within.Entity)]),
        EntityConstraint.Is type => new Demand(type.EntityType, null, null),
        EntityConstraint.IsIn type => new Demand(type.EntityType, null, [NameOf(type.Entity)]),
        _ => throw new InvalidOperationException($"Unknown constraint {constraint.GetType().Name}."),
    };

    public static Demand Of(ActionConstraint constraint) => constraint switch
    {
        ActionConstraint.Any => default,
        ActionConstraint.Equal equal => new Demand(null, new EntityValue(equal.Action), null),
        ActionConstraint.In group => new Demand(null, null, [new EntityValue(group.Action)]),
        ActionConstraint.InAny groups => new Demand(null, null, [.. groups.Actions.Distinct().Select(uid => new EntityValue(uid))]),
        _ => throw new InvalidOperationException($"Unknown constraint {constraint.GetType().Name}."),
    };

    public bool IsMet(Frame frame, Participant participant)
    {
        if (Exact is not null) return Exact.Equals(participant.Name);
        if (Type is not null && !string.Equals(Type, participant.Name.Uid.Type)) return false;
        return Within is null || IsWithin(frame, participant);
    }

    private bool IsWithin(Frame frame, Participant participant)
    {
        foreach (var above in Within!)
            if (frame.IsIn(participant, above)) return true;
        return false;
    }

    private static EntityValue NameOf(EntityReference reference) => reference is EntityReference.Literal literal
        ? new EntityValue(literal.Uid)
        : throw new InvalidOperationException("A template was compiled as if it were a policy.");
}

/// <summary>The head of a policy. Deciding whether it matches never errors.</summary>
internal sealed class CompiledScope(Scope scope)
{
    public Demand Principal { get; } = Demand.Of(scope.Principal);

    public Demand Action { get; } = Demand.Of(scope.Action);

    public Demand Resource { get; } = Demand.Of(scope.Resource);

    public bool Matches(Frame frame) =>
        Principal.IsMet(frame, frame.Principal) && Action.IsMet(frame, frame.Action) && Resource.IsMet(frame, frame.Resource);
}
