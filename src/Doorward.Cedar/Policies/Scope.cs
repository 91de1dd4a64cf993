namespace Doorward.Cedar;

/// <summary>The placeholders of templates.</summary>
public enum Slot
{
    /// <summary><c>?principal</c></summary>
    Principal,

    /// <summary><c>?resource</c></summary>
    Resource,
}

/// <summary>An entity in a scope: written out, or in a template a slot to be filled.</summary>
public abstract record EntityReference
{
    private EntityReference()
    {
    }

    /// <summary>An entity written out.</summary>
    public sealed record Literal(EntityUid Uid) : EntityReference
    {
        /// <inheritdoc/>
        public override string ToString() => Uid.ToString();
    }

    /// <summary>A slot of a template.</summary>
    public sealed record Placeholder(Slot Slot) : EntityReference
    {
        /// <inheritdoc/>
        public override string ToString() => Slot == Slot.Principal ? "?principal" : "?resource";
    }
}

/// <summary>What a scope demands of the principal or the resource.</summary>
public abstract record EntityConstraint
{
    private EntityConstraint()
    {
    }

    /// <summary>Everything matches.</summary>
    public sealed record Any : EntityConstraint;

    /// <summary><c>== entity</c></summary>
    public sealed record Equal(EntityReference Entity) : EntityConstraint;

    /// <summary><c>in entity</c>: the entity or anything below it.</summary>
    public sealed record In(EntityReference Entity) : EntityConstraint;

    /// <summary><c>is Type</c></summary>
    public sealed record Is(string EntityType) : EntityConstraint;

    /// <summary><c>is Type in entity</c></summary>
    public sealed record IsIn(string EntityType, EntityReference Entity) : EntityConstraint;

    /// <summary>The entity that the constraint names, if it names one.</summary>
    public EntityReference? Reference => this switch
    {
        Equal equal => equal.Entity,
        In isBelow => isBelow.Entity,
        IsIn isBelow => isBelow.Entity,
        _ => null,
    };
}

/// <summary>What a scope demands of the action.</summary>
public abstract record ActionConstraint
{
    private ActionConstraint()
    {
    }

    /// <summary>Every action matches.</summary>
    public sealed record Any : ActionConstraint;

    /// <summary><c>== action</c></summary>
    public sealed record Equal(EntityUid Action) : ActionConstraint;

    /// <summary><c>in action</c>: the action or a member of that group of actions.</summary>
    public sealed record In(EntityUid Action) : ActionConstraint;

    /// <summary><c>in [action, action]</c>: in any of them.</summary>
    public sealed record InAny(IReadOnlyList<EntityUid> Actions) : ActionConstraint;
}

/// <summary>The head of a policy. Deciding whether it matches never errors.</summary>
/// <param name="Principal">What is demanded of the principal.</param>
/// <param name="Action">What is demanded of the action.</param>
/// <param name="Resource">What is demanded of the resource.</param>
public sealed record Scope(EntityConstraint Principal, ActionConstraint Action, EntityConstraint Resource);
