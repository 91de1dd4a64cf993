using Doorward.Cedar.Syntax;

namespace Doorward.Cedar;

/// <summary>A policy with slots in its scope. It decides nothing until its slots are filled.</summary>
public sealed class Template : PolicyStatement
{
    internal Template(string id, PolicyParts parts)
        : base(id, parts)
    {
    }

    /// <summary>The open slots, principal first.</summary>
    public IReadOnlyList<Slot> Slots => Parts.Slots;

    /// <summary>The same template under another id.</summary>
    public Template WithId(string id) => new(id, Parts);

    /// <summary>The policy that this template is with entities in its slots.</summary>
    /// <exception cref="ArgumentException">A slot has no value, or a value has no slot.</exception>
    public Policy Link(string id, IReadOnlyDictionary<Slot, EntityUid> values)
    {
        if (Slots.FirstOrDefault(slot => !values.ContainsKey(slot), (Slot)(-1)) is var open and >= 0)
            throw new ArgumentException($"The slot {new EntityReference.Placeholder(open)} has no value.", nameof(values));
        if (values.Keys.FirstOrDefault(slot => !Slots.Contains(slot), (Slot)(-1)) is var unknown and >= 0)
            throw new ArgumentException($"The template has no slot {new EntityReference.Placeholder(unknown)}.", nameof(values));
        return new Policy(id, Fill(values)) { Link = new PolicyLink(Id, values) };
    }

    // Places in errors stay those of the template's text, where the conditions stand.
    private PolicyParts Fill(IReadOnlyDictionary<Slot, EntityUid> values) => Parts with
    {
        Scope = new Scope(Fill(Scope.Principal, values), Scope.Action, Fill(Scope.Resource, values)),
    };

    private static EntityConstraint Fill(EntityConstraint constraint, IReadOnlyDictionary<Slot, EntityUid> values) => constraint switch
    {
        EntityConstraint.Equal equal => new EntityConstraint.Equal(Fill(equal.Entity, values)),
        EntityConstraint.In isBelow => new EntityConstraint.In(Fill(isBelow.Entity, values)),
        EntityConstraint.IsIn type => new EntityConstraint.IsIn(type.EntityType, Fill(type.Entity, values)),
        _ => constraint,
    };

    private static EntityReference Fill(EntityReference reference, IReadOnlyDictionary<Slot, EntityUid> values) =>
        reference is EntityReference.Placeholder open ? new EntityReference.Literal(values[open.Slot]) : reference;
}

/// <summary>Which template a policy comes from, and what fills its slots.</summary>
/// <param name="TemplateId">The id of the template.</param>
/// <param name="Values">The entities in the slots.</param>
public sealed record PolicyLink(string TemplateId, IReadOnlyDictionary<Slot, EntityUid> Values);
