using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Evaluation;

/// <summary>
/// Gives expressions their values for one request, following the definitions of cedar-spec (Cedar/Spec/Evaluator.lean): the reference
/// that the compiled evaluation is compared with. Null means that there is no value and <see cref="Failure"/> says why; no exception
/// is thrown. The way down is as deep as the tree is high, which the parser bounds.
/// </summary>
internal sealed class Evaluator(IEntityStore entities, AuthorizationRequest request)
{
    private readonly EntityValue _principal = new(request.Principal);
    private readonly EntityValue _action = new(request.Action);
    private readonly EntityValue _resource = new(request.Resource);

    /// <summary>Why the last evaluation gave null.</summary>
    public EvaluationFailure Failure { get; private set; }

    public CedarValue? Evaluate(Expression expression) => expression switch
    {
        LiteralExpression literal => literal.Value,
        VariableExpression variable => ValueOf(variable.Variable),
        AttributeExpression attribute => Evaluate(attribute.Target) is { } target
            ? Take(attribute, AttributeAccess.Get(target, attribute.Name, entities)) : null,
        AndExpression and => EvaluateJunction(and.Operands, settledBy: false),
        OrExpression or => EvaluateJunction(or.Operands, settledBy: true),
        NotExpression not => EvaluateBoolean(not.Operand) is { } value ? BooleanValue.From(!value) : null,
        IfExpression choice => EvaluateBoolean(choice.Condition) is { } holds ? Evaluate(holds ? choice.Then : choice.Else) : null,
        BinaryExpression binary => Evaluate(binary.Left) is { } left && Evaluate(binary.Right) is { } right
            ? Take(binary, BinaryOperators.Apply(binary.Operator, left, right, entities)) : null,
        HasExpression has => Evaluate(has.Target) is { } target ? Take(has, AttributeAccess.Has(target, has.Path, entities)) : null,
        LikeExpression like => Evaluate<StringValue>(like.Target, "string") is { } text
            ? BooleanValue.From(like.Pattern.IsMatch(text.Value)) : null,
        IsExpression type => EvaluateIs(type),
        SumExpression sum => EvaluateSum(sum),
        ProductExpression product => EvaluateProduct(product),
        NegateExpression negate => Evaluate<LongValue>(negate.Operand, "long") is { } number ? Fit(negate, -(Int128)number.Value) : null,
        IsEmptyExpression isEmpty => Evaluate<SetValue>(isEmpty.Operand, "set") is { } set ? BooleanValue.From(set.Count == 0) : null,
        SetExpression set => EvaluateAll(set.Elements) is { } elements ? SetValue.Create(elements) : null,
        RecordExpression record => EvaluateRecord(record),
        ExtensionCallExpression call => EvaluateAll(call.Arguments) is { } arguments
            ? Take(call, ExtensionFunctions.Find(call.Function)!.Call(arguments)) : null,
        _ => throw new InvalidOperationException($"Unknown expression {expression.GetType().Name}."),
    };

    public bool? EvaluateBoolean(Expression expression) => Evaluate<BooleanValue>(expression, "bool")?.Value;

    private CedarValue ValueOf(Variable variable) => variable switch
    {
        Variable.Principal => _principal,
        Variable.Action => _action,
        Variable.Resource => _resource,
        _ => request.Context,
    };

    private T? Evaluate<T>(Expression expression, string expected)
        where T : CedarValue
    {
        var value = Evaluate(expression);
        if (value is T fitting) return fitting;
        if (value is not null) Take(expression, Outcome.WrongType(EvaluationText.Needed(expected, value.TypeName)));
        return null;
    }

    // Every operand that is evaluated must be a bool; those behind the first that settles it are not evaluated.
    private BooleanValue? EvaluateJunction(IReadOnlyList<Expression> operands, bool settledBy)
    {
        foreach (var operand in operands)
        {
            if (EvaluateBoolean(operand) is not { } value) return null;
            if (value == settledBy) return BooleanValue.From(settledBy);
        }
        return BooleanValue.From(!settledBy);
    }

    private CedarValue? EvaluateIs(IsExpression type)
    {
        if (Evaluate<EntityValue>(type.Target, "entity") is not { } entity) return null;
        if (entity.Uid.Type != type.EntityType) return BooleanValue.False;
        if (type.In is null) return BooleanValue.True;
        return Evaluate(type.In) is { } ancestors ? Take(type, BinaryOperators.In(entity.Uid, ancestors, entities)) : null;
    }

    private LongValue? EvaluateSum(SumExpression sum)
    {
        var total = Evaluate<LongValue>(sum.First, "long");
        foreach (var (isSubtracted, operand) in sum.Terms)
        {
            if (total is null || Evaluate<LongValue>(operand, "long") is not { } term) return null;
            total = Fit(sum, isSubtracted ? (Int128)total.Value - term.Value : (Int128)total.Value + term.Value);
        }
        return total;
    }

    private LongValue? EvaluateProduct(ProductExpression product)
    {
        LongValue? total = null;
        foreach (var factor in product.Factors)
        {
            if (Evaluate<LongValue>(factor, "long") is not { } number) return null;
            total = total is null ? number : Fit(product, (Int128)total.Value * number.Value);
            if (total is null) return null;
        }
        return total;
    }

    private LongValue? Fit(Expression at, Int128 number)
    {
        if (number >= long.MinValue && number <= long.MaxValue) return new LongValue((long)number);
        Take(at, Outcome.Failed(EvaluationErrorKind.Overflow, EvaluationText.Overflow));
        return null;
    }

    private CedarValue[]? EvaluateAll(IReadOnlyList<Expression> expressions)
    {
        var values = new CedarValue[expressions.Count];
        for (var i = 0; i < values.Length; i++)
        {
            if (Evaluate(expressions[i]) is not { } value) return null;
            values[i] = value;
        }
        return values;
    }

    private RecordValue? EvaluateRecord(RecordExpression record)
    {
        var attributes = new KeyValuePair<string, CedarValue>[record.Attributes.Count];
        for (var i = 0; i < attributes.Length; i++)
        {
            var (name, expression) = record.Attributes[i];
            if (Evaluate(expression) is not { } value) return null;
            attributes[i] = KeyValuePair.Create(name, value);
        }
        return RecordValue.Create(attributes);
    }

    private CedarValue? Take(Expression at, Outcome outcome)
    {
        if (outcome.Value is null) Failure = new EvaluationFailure(outcome.Kind, outcome.Message, at.Span);
        return outcome.Value;
    }
}
