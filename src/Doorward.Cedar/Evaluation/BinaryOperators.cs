using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Evaluation;

/// <summary>Operators and methods on two values.</summary>
internal static class BinaryOperators
{
    public static Outcome Apply(
        BinaryOperator operation, CedarValue left, CedarValue right, IEntityStore entities) => (operation, left, right) switch
        {
            (BinaryOperator.Equal, _, _) => left.Equals(right),
            (BinaryOperator.NotEqual, _, _) => !left.Equals(right),
            ( <= BinaryOperator.GreaterOrEqual, LongValue a, LongValue b) => Holds(operation, a.Value.CompareTo(b.Value)),
            ( <= BinaryOperator.GreaterOrEqual, DateTimeValue a, DateTimeValue b) => Holds(operation, a.Milliseconds.CompareTo(b.Milliseconds)),
            ( <= BinaryOperator.GreaterOrEqual, DurationValue a, DurationValue b) => Holds(operation, a.Milliseconds.CompareTo(b.Milliseconds)),
            (BinaryOperator.In, EntityValue entity, _) => In(entity.Uid, right, entities),
            (BinaryOperator.Contains, SetValue set, _) => set.Contains(right),
            (BinaryOperator.ContainsAll, SetValue set, SetValue other) => set.ContainsAll(other),
            (BinaryOperator.ContainsAny, SetValue set, SetValue other) => set.ContainsAny(other),
            (BinaryOperator.HasTag, EntityValue entity, StringValue tag) => AttributeAccess.HasTag(entity.Uid, tag.Value, entities),
            (BinaryOperator.GetTag, EntityValue entity, StringValue tag) => AttributeAccess.GetTag(entity.Uid, tag.Value, entities),
            _ => Outcome.WrongType(EvaluationText.Operator(operation.Name(), left.TypeName, right.TypeName)),
        };

    /// <summary>Whether the entity is the other or below it, or one of a set of them.</summary>
    public static Outcome In(EntityUid uid, CedarValue ancestors, IEntityStore entities)
    {
        if (ancestors is EntityValue one) return IsIn(uid, one.Uid, entities);
        if (ancestors is not SetValue set) return Outcome.WrongType(EvaluationText.InTarget(ancestors.TypeName));
        // One element that is no entity spoils the whole question, even when another matches.
        if (set.FirstOrDefault(element => element is not EntityValue) is { } other)
            return Outcome.WrongType(EvaluationText.InElement(other.TypeName));
        return set.Any(element => IsIn(uid, ((EntityValue)element).Uid, entities));
    }

    public static bool IsIn(EntityUid uid, EntityUid ancestor, IEntityStore entities) => uid == ancestor || entities.IsBelow(uid, ancestor);

    private static bool Holds(BinaryOperator operation, int order) => operation switch
    {
        BinaryOperator.Less => order < 0,
        BinaryOperator.LessOrEqual => order <= 0,
        BinaryOperator.Greater => order > 0,
        _ => order >= 0,
    };
}
