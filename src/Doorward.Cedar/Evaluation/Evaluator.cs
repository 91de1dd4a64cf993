using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Evaluation;

/// <summary>
/// Gives expressions their values for one request, following the definitions of cedar-spec (Cedar/Spec/Evaluator.lean). Null means
/// that there is no value and <see cref="Failure"/> says why; no exception is thrown. The way down is as deep as the tree is high,
/// which the parser bounds.
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
        AttributeExpression attribute => EvaluateAttribute(attribute),
        AndExpression and => EvaluateJunction(and.Operands, settledBy: false),
        OrExpression or => EvaluateJunction(or.Operands, settledBy: true),
        NotExpression not => EvaluateBoolean(not.Operand) is { } value ? BooleanValue.From(!value) : null,
        IfExpression choice => EvaluateBoolean(choice.Condition) is { } holds ? Evaluate(holds ? choice.Then : choice.Else) : null,
        BinaryExpression binary => EvaluateBinary(binary),
        HasExpression has => EvaluateHas(has),
        LikeExpression like => Evaluate<StringValue>(like.Target, "string") is { } text ? BooleanValue.From(like.Pattern.IsMatch(text.Value)) : null,
        IsExpression type => EvaluateIs(type),
        SumExpression sum => EvaluateSum(sum),
        ProductExpression product => EvaluateProduct(product),
        NegateExpression negate => Evaluate<LongValue>(negate.Operand, "long") is { } number ? Fit(-(Int128)number.Value, negate) : null,
        IsEmptyExpression isEmpty => Evaluate<SetValue>(isEmpty.Operand, "set") is { } set ? BooleanValue.From(set.Count == 0) : null,
        SetExpression set => EvaluateAll(set.Elements) is { } elements ? SetValue.Create(elements) : null,
        RecordExpression record => EvaluateRecord(record),
        ExtensionCallExpression call => EvaluateCall(call),
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
        if (value is not null) Fail(expression, EvaluationErrorKind.Type, $"A {expected} is needed here, but this is a {value.TypeName}.");
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

    private CedarValue? EvaluateAttribute(AttributeExpression attribute)
    {
        var target = Evaluate(attribute.Target);
        if (target is null) return null;
        if (target is RecordValue record) return record.TryGet(attribute.Name, out var value) ? value : FailAsMissing(attribute, "This record");
        if (target is not EntityValue { Uid: var uid })
            return Fail(attribute, EvaluationErrorKind.Type, $"Attributes belong to records and entities, but this is a {target.TypeName}.");
        if (entities.Find(uid) is not { } entity)
            return Fail(attribute, EvaluationErrorKind.MissingEntity, $"This {uid.Type} is not among the entities, so its attribute `{attribute.Name}` is unknown.");
        return entity.Attributes.TryGet(attribute.Name, out var found) ? found : FailAsMissing(attribute, $"This {uid.Type}");
    }

    private CedarValue? FailAsMissing(AttributeExpression attribute, string what) =>
        Fail(attribute, EvaluationErrorKind.MissingAttribute, $"{what} has no attribute `{attribute.Name}`; ask with `has` first.");

    private BooleanValue? EvaluateHas(HasExpression has)
    {
        var target = Evaluate(has.Target);
        foreach (var name in has.Path)
        {
            var attributes = target switch
            {
                null => null,
                RecordValue record => record,
                EntityValue entity => entities.Find(entity.Uid)?.Attributes ?? RecordValue.Empty,
                _ => Fail(has, EvaluationErrorKind.Type, $"`has` asks records and entities, but this is a {target.TypeName}.") as RecordValue,
            };
            if (attributes is null) return null;
            if (!attributes.TryGet(name, out target)) return BooleanValue.False;
        }
        return BooleanValue.True;
    }

    private BooleanValue? EvaluateIs(IsExpression type)
    {
        if (Evaluate<EntityValue>(type.Target, "entity") is not { } entity) return null;
        if (entity.Uid.Type != type.EntityType) return BooleanValue.False;
        if (type.In is null) return BooleanValue.True;
        return Evaluate(type.In) is { } ancestors ? EvaluateIn(entity, ancestors, type) : null;
    }

    private LongValue? EvaluateSum(SumExpression sum)
    {
        var total = Evaluate<LongValue>(sum.First, "long");
        foreach (var (isSubtracted, operand) in sum.Terms)
        {
            if (total is null || Evaluate<LongValue>(operand, "long") is not { } term) return null;
            total = Fit(isSubtracted ? (Int128)total.Value - term.Value : (Int128)total.Value + term.Value, sum);
        }
        return total;
    }

    private LongValue? EvaluateProduct(ProductExpression product)
    {
        LongValue? total = null;
        foreach (var factor in product.Factors)
        {
            if (Evaluate<LongValue>(factor, "long") is not { } number) return null;
            total = total is null ? number : Fit((Int128)total.Value * number.Value, product);
            if (total is null) return null;
        }
        return total;
    }

    private LongValue? Fit(Int128 number, Expression at)
    {
        if (number >= long.MinValue && number <= long.MaxValue) return new LongValue((long)number);
        Fail(at, EvaluationErrorKind.Overflow, "The result does not fit into 64 bits.");
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

    private CedarValue? EvaluateCall(ExtensionCallExpression call)
    {
        if (EvaluateAll(call.Arguments) is not { } arguments) return null;
        var outcome = ExtensionFunctions.Find(call.Function)!.Call(arguments);
        return outcome.Value ?? Fail(call, outcome.IsTypeError ? EvaluationErrorKind.Type : EvaluationErrorKind.Extension, outcome.Message!);
    }

    private CedarValue? EvaluateBinary(BinaryExpression binary)
    {
        if (Evaluate(binary.Left) is not { } left || Evaluate(binary.Right) is not { } right) return null;
        return (binary.Operator, left, right) switch
        {
            (BinaryOperator.Equal, _, _) => BooleanValue.From(left.Equals(right)),
            (BinaryOperator.NotEqual, _, _) => BooleanValue.From(!left.Equals(right)),
            (<= BinaryOperator.GreaterOrEqual, _, _) => Compare(binary, left, right),
            (BinaryOperator.In, EntityValue entity, _) => EvaluateIn(entity, right, binary),
            (BinaryOperator.Contains, SetValue set, _) => BooleanValue.From(set.Contains(right)),
            (BinaryOperator.ContainsAll, SetValue set, SetValue other) => BooleanValue.From(set.ContainsAll(other)),
            (BinaryOperator.ContainsAny, SetValue set, SetValue other) => BooleanValue.From(set.ContainsAny(other)),
            (BinaryOperator.HasTag, EntityValue entity, StringValue tag) => BooleanValue.From(entities.Find(entity.Uid)?.Tags?.Contains(tag.Value) == true),
            (BinaryOperator.GetTag, EntityValue entity, StringValue tag) => GetTag(binary, entity.Uid, tag.Value),
            _ => FailAsMismatch(binary, left, right),
        };
    }

    private CedarValue? Compare(BinaryExpression binary, CedarValue left, CedarValue right)
    {
        int? order = (left, right) switch
        {
            (LongValue a, LongValue b) => a.Value.CompareTo(b.Value),
            (DateTimeValue a, DateTimeValue b) => a.Milliseconds.CompareTo(b.Milliseconds),
            (DurationValue a, DurationValue b) => a.Milliseconds.CompareTo(b.Milliseconds),
            _ => null,
        };
        return order is null ? FailAsMismatch(binary, left, right) : BooleanValue.From(binary.Operator switch
        {
            BinaryOperator.Less => order < 0,
            BinaryOperator.LessOrEqual => order <= 0,
            BinaryOperator.Greater => order > 0,
            _ => order >= 0,
        });
    }

    // One element that is no entity spoils the whole question, even when another matches.
    private BooleanValue? EvaluateIn(EntityValue entity, CedarValue ancestors, Expression at)
    {
        if (ancestors is EntityValue one) return BooleanValue.From(IsIn(entity.Uid, one.Uid));
        if (ancestors is SetValue set && set.All(element => element is EntityValue))
            return BooleanValue.From(set.Any(element => IsIn(entity.Uid, ((EntityValue)element).Uid)));
        Fail(at, EvaluationErrorKind.Type, $"`in` takes an entity or a set of entities, but this is a {ancestors.TypeName}{(ancestors is SetValue ? " with something else in it" : "")}.");
        return null;
    }

    private bool IsIn(EntityUid uid, EntityUid ancestor) => uid == ancestor || entities.IsBelow(uid, ancestor);

    private CedarValue? GetTag(BinaryExpression at, EntityUid uid, string tag)
    {
        if (entities.Find(uid)?.Tags is { } tags && tags.TryGet(tag, out var value)) return value;
        return Fail(at, EvaluationErrorKind.MissingTag, $"This {uid.Type} has no such tag; ask with `hasTag` first.");
    }

    private CedarValue? FailAsMismatch(BinaryExpression binary, CedarValue left, CedarValue right) =>
        Fail(binary, EvaluationErrorKind.Type, $"`{binary.Operator.Name()}` does not work on {left.TypeName} and {right.TypeName}.");

    private CedarValue? Fail(Expression at, EvaluationErrorKind kind, string message)
    {
        Failure = new EvaluationFailure(kind, message, at.Span);
        return null;
    }
}
