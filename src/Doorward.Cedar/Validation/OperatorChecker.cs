using System.Collections.Immutable;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Validation;

/// <summary>The types of operators and of the methods of sets.</summary>
internal sealed class OperatorChecker(TypeChecker checker, CheckContext context, RequestEnvironment environment)
{
    public Answer Check(BinaryExpression binary, ImmutableHashSet<Capability> known) => binary.Operator switch
    {
        BinaryOperator.Equal => CheckEqual(binary, known),
        BinaryOperator.NotEqual => TypeChecker.Negate(CheckEqual(binary, known)),
        <= BinaryOperator.GreaterOrEqual => CheckOrder(binary, known),
        BinaryOperator.In => CheckIn(binary.Span, binary.Left, binary.Right, known),
        BinaryOperator.Contains => CheckContains(binary, known),
        _ => CheckContainsSet(binary, known),
    };

    public Answer CheckIn(SourceSpan span, Expression left, Expression right, ImmutableHashSet<Capability> known)
    {
        var low = checker.Expect(left, known, TypeChecker.IsEntity, "an entity", _ => "Elements of sets are asked for with .contains(..).");
        var high = checker.Expect(
            right, known, type => TypeChecker.IsEntity(type) || (type is SetType set && TypeChecker.IsEntity(set.Element)), "an entity or a set of entities",
            type => type is SetType ? "Elements of sets are asked for with .contains(..)." : null);
        if (low.Type is null || high.Type is null) return Answer.Unknown;
        if (UidOf(left) is { } uid && Schema.IsActionType(uid.Type) && UidsOf(right) is { } uids) return CheckActionIn(uid, uids);
        var highEntity = high.Type is SetType { Element: var element } ? element : high.Type;
        if (low.Type is EntityType lows && highEntity is EntityType highs && !lows.Names.Any(type => highs.Names.Any(above => context.Schema.MayBeIn(type, above))))
            return BooleanType.False;
        return BooleanType.Any;
    }

    public Answer CheckArithmetic(Expression expression, ImmutableHashSet<Capability> known)
    {
        var isComplete = true;
        foreach (var operand in expression.Children)
        {
            var answer = checker.Expect(operand, known, type => type is LongType, "Long", type => HintForArithmetic(expression, type));
            isComplete &= answer.Type is not null;
        }
        // Whatever is wrong inside, the result can be nothing else.
        return isComplete ? LongType.Only : Answer.Unknown;
    }

    public Answer CheckIsEmpty(IsEmptyExpression isEmpty, ImmutableHashSet<Capability> known)
    {
        var answer = checker.Expect(isEmpty.Operand, known, type => type is SetType, "a set", type => type is StringType ? "Compare with \"\"." : null);
        return BooleanOr(answer);
    }

    private static Answer BooleanOr(Answer answer) => answer.Type is null ? Answer.Unknown : BooleanType.Any;

    private static string? HintForArithmetic(Expression expression, CedarType type) => type switch
    {
        StringType when expression is SumExpression => "Texts cannot be joined.",
        SetType => "Sets cannot be added or subtracted; ask with .containsAll(..) or .containsAny(..).",
        _ => null,
    };

    private Answer CheckEqual(BinaryExpression binary, ImmutableHashSet<Capability> known)
    {
        var left = checker.Check(binary.Left, known).Type;
        var right = checker.Check(binary.Right, known).Type;
        if (left is null || right is null) return Answer.Unknown;
        if (TypeLattice.AreDisjoint(left, right)) return BooleanType.False;
        if (ValueOf(binary.Left) is { } a && ValueOf(binary.Right) is { } b) return BooleanType.Always(a.Equals(b));
        return context.IsStrict && context.Join(binary.Span, left, right, "The sides of a comparison") is null ? Answer.Unknown : BooleanType.Any;
    }

    private Answer CheckOrder(BinaryExpression binary, ImmutableHashSet<Capability> known)
    {
        const string Expected = "Long, datetime or duration";
        var left = checker.Expect(binary.Left, known, HasOrder, Expected).Type;
        var right = checker.Expect(binary.Right, known, HasOrder, Expected, type => type is ExtensionType { Name: "decimal" } ? "Decimals are compared with .lessThan(..)." : null).Type;
        if (left is null || right is null) return Answer.Unknown;
        if (left.Equals(right)) return BooleanType.Any;
        context.Findings.Fail(
            ValidationFindingKind.UnexpectedType, binary.Right.Span, $"Expected {left}, but this is of type {right}.", left.ToString(), "Both sides must be of one type.");
        return Answer.Unknown;
    }

    private static bool HasOrder(CedarType type) => type is LongType or ExtensionType { Name: "datetime" or "duration" };

    private Answer CheckContains(BinaryExpression binary, ImmutableHashSet<Capability> known)
    {
        var set = ExpectSet(binary.Left, known).Type as SetType;
        var element = checker.Check(binary.Right, known).Type;
        if (set is null || element is null) return Answer.Unknown;
        return context.IsStrict && context.Join(binary.Span, set.Element, element, "The set and what it may contain") is null ? Answer.Unknown : BooleanType.Any;
    }

    private Answer CheckContainsSet(BinaryExpression binary, ImmutableHashSet<Capability> known)
    {
        var left = ExpectSet(binary.Left, known).Type;
        var right = checker.Expect(binary.Right, known, type => type is SetType, "a set", _ => "One element is asked for with .contains(..).").Type;
        if (left is null || right is null) return Answer.Unknown;
        return context.IsStrict && context.Join(binary.Span, left, right, "The two sets") is null ? Answer.Unknown : BooleanType.Any;
    }

    private Answer ExpectSet(Expression expression, ImmutableHashSet<Capability> known) =>
        checker.Expect(expression, known, type => type is SetType, "a set", type => type switch
        {
            EntityType or AnyEntityType => "Whether an entity is below another is asked for with `in`.",
            RecordType => "Whether a record has an attribute is asked for with `has`.",
            StringType => "Texts are searched with `like`.",
            _ => null,
        });

    // What is in which group of actions is written in the schema.
    private Answer CheckActionIn(EntityUid action, List<EntityUid> ancestors)
    {
        var groups = ancestors.Where(uid => Schema.IsActionType(uid.Type)).ToList();
        if (groups.Any(group => !context.Schema.Actions.ContainsKey(group))) return Answer.Unknown;
        return BooleanType.Always(groups.Any(group => context.Schema.IsActionIn(action, group)));
    }

    private CedarValue? ValueOf(Expression expression) => expression switch
    {
        LiteralExpression literal => literal.Value,
        VariableExpression { Variable: Variable.Action } => new EntityValue(environment.Action.Uid),
        _ => null,
    };

    private EntityUid? UidOf(Expression expression) => (ValueOf(expression) as EntityValue)?.Uid;

    private List<EntityUid>? UidsOf(Expression expression)
    {
        if (UidOf(expression) is { } one) return [one];
        if (expression is not SetExpression set) return null;
        var uids = new List<EntityUid>();
        foreach (var element in set.Elements)
        {
            if (UidOf(element) is not { } uid) return null;
            uids.Add(uid);
        }
        return uids;
    }
}
