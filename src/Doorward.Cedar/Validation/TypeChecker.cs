using System.Collections.Immutable;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Validation;

/// <summary>
/// Gives the expressions of a policy their types for one kind of request, following cedar-spec (Cedar/Validation/Typechecker.lean),
/// and the reference implementation where it is more permissive. What cannot be reached is not looked at.
/// </summary>
internal sealed class TypeChecker
{
    private readonly RequestEnvironment _environment;
    private readonly CheckContext _context;
    private readonly OperatorChecker _operators;
    private readonly AccessChecker _accesses;

    public TypeChecker(CheckContext context, RequestEnvironment environment)
    {
        (_context, _environment) = (context, environment);
        _operators = new OperatorChecker(this, context, environment);
        _accesses = new AccessChecker(this, context);
    }

    public Answer Check(Expression expression, ImmutableHashSet<Capability> known) => expression switch
    {
        LiteralExpression literal => CheckLiteral(literal.Value),
        VariableExpression variable => TypeOf(variable.Variable),
        AndExpression and => CheckAnd(and.Operands, known),
        OrExpression or => CheckOr(or.Operands, known),
        NotExpression not => Negate(ExpectBoolean(not.Operand, known)),
        IfExpression choice => CheckIf(choice, known),
        BinaryExpression { Operator: BinaryOperator.HasTag } binary => _accesses.CheckHasTag(binary, known),
        BinaryExpression { Operator: BinaryOperator.GetTag } binary => _accesses.CheckGetTag(binary, known),
        BinaryExpression binary => _operators.Check(binary, known),
        AttributeExpression attribute => _accesses.CheckAttribute(attribute, known),
        HasExpression has => _accesses.CheckHas(has, known),
        IsExpression type => CheckIs(type, known),
        SetExpression set => CheckSet(set, known),
        RecordExpression record => CheckRecord(record, known),
        ExtensionCallExpression call => new ExtensionChecker(this, _context).Check(call, known),
        LikeExpression like => CheckLike(like, known),
        SumExpression or ProductExpression or NegateExpression => _operators.CheckArithmetic(expression, known),
        IsEmptyExpression isEmpty => _operators.CheckIsEmpty(isEmpty, known),
        _ => throw new InvalidOperationException($"Unknown expression {expression.GetType().Name}."),
    };

    /// <summary>The type of an expression that must be of a certain sort; null, with an error, when it is of another.</summary>
    public Answer Expect(
        Expression expression, ImmutableHashSet<Capability> known, Func<CedarType, bool> fits, string expected, Func<CedarType, string?>? hint = null)
    {
        var answer = Check(expression, known);
        if (answer.Type is null || fits(answer.Type)) return answer;
        _context.Findings.Fail(
            ValidationFindingKind.UnexpectedType, expression.Span, $"Expected {expected}, but this is of type {answer.Type}.", expected, hint?.Invoke(answer.Type));
        return Answer.Unknown;
    }

    public Answer ExpectBoolean(Expression expression, ImmutableHashSet<Capability> known) =>
        Expect(expression, known, type => type is BooleanType, "Bool");

    private CedarType TypeOf(Variable variable) => variable switch
    {
        Variable.Principal => _environment.Principal,
        Variable.Action => _environment.ActionType,
        Variable.Resource => _environment.Resource,
        _ => _environment.Action.Context,
    };

    // Unknown entities are reported once for the policy, not for every kind of request.
    private Answer CheckLiteral(CedarValue value) => value switch
    {
        BooleanValue boolean => BooleanType.Always(boolean.Value),
        LongValue => LongType.Only,
        StringValue => StringType.Only,
        EntityValue { Uid: var uid } when Schema.IsActionType(uid.Type) => _context.Schema.Actions.ContainsKey(uid) ? new EntityType(uid.Type) : Answer.Unknown,
        EntityValue { Uid: var uid } => _context.Schema.EntityTypes.ContainsKey(uid.Type) ? new EntityType(uid.Type) : Answer.Unknown,
        _ => throw new InvalidOperationException($"There are no literals of type {value.TypeName}."),
    };

    // Each operand may rely on what those in front of it have shown, and behind one that is always false nothing is reached.
    private Answer CheckAnd(IReadOnlyList<Expression> operands, ImmutableHashSet<Capability> known)
    {
        var type = BooleanType.True;
        var gained = Capability.None;
        var isComplete = true;
        foreach (var operand in operands)
        {
            var answer = ExpectBoolean(operand, known);
            if (answer.Known == false) return BooleanType.False;
            if (answer.Known is null) type = BooleanType.Any;
            isComplete &= answer.Type is not null;
            gained = gained.Union(answer.Gained);
            known = known.Union(answer.Gained);
        }
        return isComplete ? new Answer(type, gained) : BooleanType.Any;
    }

    // Behind an operand that is always true nothing is reached; else only what all operands show is shown.
    private Answer CheckOr(IReadOnlyList<Expression> operands, ImmutableHashSet<Capability> known)
    {
        var result = new Answer(BooleanType.False, Capability.None);
        var isComplete = true;
        foreach (var operand in operands)
        {
            var answer = ExpectBoolean(operand, known);
            if (answer.Known == true) return answer;
            isComplete &= answer.Type is not null;
            if (answer.Type is null || answer.Known == false) continue;
            result = result.Known == false ? answer : new Answer(BooleanType.Any, result.Gained.Intersect(answer.Gained));
        }
        return isComplete ? result : BooleanType.Any;
    }

    internal static Answer Negate(Answer answer) => answer.Known is { } value ? BooleanType.Always(!value) : answer with { Gained = Capability.None };

    private Answer CheckIf(IfExpression choice, ImmutableHashSet<Capability> known)
    {
        var condition = ExpectBoolean(choice.Condition, known);
        if (condition.Known == false) return Check(choice.Else, known);
        var then = Check(choice.Then, known.Union(condition.Gained));
        then = then with { Gained = then.Gained.Union(condition.Gained) };
        if (condition.Known == true) return then;
        var otherwise = Check(choice.Else, known);
        if (condition.Type is null || then.Type is null || otherwise.Type is null) return Answer.Unknown;
        return _context.Join(choice.Span, then.Type, otherwise.Type, "The branches of a conditional") is { } type
            ? new Answer(type, then.Gained.Intersect(otherwise.Gained))
            : Answer.Unknown;
    }

    private Answer CheckIs(IsExpression type, ImmutableHashSet<Capability> known)
    {
        var answer = Expect(type.Target, known, IsEntity, "an entity", _ => "`is` asks for the type of an entity only.");
        var result = answer.Type switch
        {
            EntityType { Names: var names } when !names.Contains(type.EntityType) => BooleanType.False,
            EntityType { Names.Count: 1 } => BooleanType.True,
            _ => BooleanType.Any,
        };
        if (type.In is null || result.Known == false) return answer.Type is null ? Answer.Unknown : result;
        var isIn = _operators.CheckIn(type.Span, type.Target, type.In, known);
        if (isIn.Type is null || isIn.Known == false || result.Known == true) return isIn;
        return BooleanType.Any;
    }

    private Answer CheckLike(LikeExpression like, ImmutableHashSet<Capability> known)
    {
        var answer = Expect(like.Target, known, type => type is StringType, "String", type => IsEntity(type) ? "The type of an entity is asked for with `is`." : null);
        return answer.Type is null ? Answer.Unknown : BooleanType.Any;
    }

    private Answer CheckSet(SetExpression set, ImmutableHashSet<Capability> known)
    {
        if (set.Elements.Count == 0 && _context.IsStrict)
        {
            _context.Findings.Fail(ValidationFindingKind.Strictness, set.Span, "The type of an empty set is not known.", hint: "Ask with .isEmpty() whether a set is empty.");
            return Answer.Unknown;
        }
        CedarType? type = NeverType.Only;
        foreach (var element in set.Elements)
        {
            var answer = Check(element, known);
            if (type is not null && answer.Type is not null) type = _context.Join(element.Span, type, answer.Type, "The elements of a set");
            else type = null;
        }
        return type is null ? Answer.Unknown : new SetType(type);
    }

    private Answer CheckRecord(RecordExpression record, ImmutableHashSet<Capability> known)
    {
        var attributes = new List<KeyValuePair<string, AttributeType>>();
        foreach (var (name, value) in record.Attributes)
            if (Check(value, known).Type is { } type) attributes.Add(KeyValuePair.Create(name, new AttributeType(type, IsRequired: true)));
        return attributes.Count == record.Attributes.Count ? new RecordType(attributes) : Answer.Unknown;
    }

    internal static bool IsEntity(CedarType type) => type is EntityType or AnyEntityType or NeverType;
}
