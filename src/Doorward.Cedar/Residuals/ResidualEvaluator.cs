using Doorward.Cedar.Evaluation;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Residuals;

/// <summary>
/// Evaluates as far as what is known reaches. What is left comes, once the rest is known, to the very value or error that the whole
/// comes to: an operand is dropped only where nothing of it could still fail or be of another type. With all known it is a second
/// evaluator, written on its own.
/// </summary>
internal sealed class ResidualEvaluator
{
    private readonly PartialRequest _request;
    private readonly CedarType? _contextType;
    private readonly ResidualAccess _accesses;
    private readonly ResidualOperators _operators;

    public ResidualEvaluator(Schema schema, PartialEntityStore entities, PartialRequest request, IFactListener? facts = null)
    {
        _request = request;
        _contextType = schema.Actions.GetValueOrDefault(request.Action)?.Context;
        _accesses = new ResidualAccess(this, schema, entities, request.Context, _contextType, facts);
        _operators = new ResidualOperators(this, schema, entities, facts);
    }

    public Residual Evaluate(Expression expression) => expression switch
    {
        LiteralExpression literal => Residual.Known(literal.Value, literal),
        VariableExpression variable => Evaluate(variable),
        AndExpression and => EvaluateJunction(and.Operands, settledBy: false, and),
        OrExpression or => EvaluateJunction(or.Operands, settledBy: true, or),
        NotExpression not => EvaluateNot(not),
        IfExpression choice => EvaluateChoice(choice),
        AttributeExpression attribute => _accesses.Evaluate(attribute),
        HasExpression has => _accesses.Evaluate(has),
        BinaryExpression { Operator: BinaryOperator.HasTag or BinaryOperator.GetTag } tag => _accesses.EvaluateTag(tag),
        BinaryExpression binary => _operators.Evaluate(binary),
        IsExpression type => _operators.Evaluate(type),
        LikeExpression like => _operators.Evaluate(like),
        IsEmptyExpression isEmpty => _operators.Evaluate(isEmpty),
        SumExpression sum => _operators.Evaluate(sum),
        ProductExpression product => _operators.Evaluate(product),
        NegateExpression negate => _operators.Evaluate(negate),
        SetExpression set => EvaluateSet(set),
        RecordExpression record => EvaluateRecord(record),
        ExtensionCallExpression call => ResidualCalls.Evaluate(call, EvaluateAll(call.Arguments)),
        _ => throw new InvalidOperationException($"Unknown expression {expression.GetType().Name}."),
    };

    public List<Residual> EvaluateAll(IEnumerable<Expression> expressions) => [.. expressions.Select(Evaluate)];

    /// <summary>Operands that are evaluated whatever the others come to: null when all have values, else whether any may fail.</summary>
    public static (bool AreKnown, bool MayFail, bool FailAlways) Sum(params IEnumerable<Residual> operands)
    {
        var (known, may, always) = (true, false, false);
        foreach (var operand in operands)
        {
            known &= operand.IsKnown;
            may |= operand.MayFail;
            always |= operand.FailsAlways;
        }
        return (known, may, always);
    }

    private Residual Evaluate(VariableExpression variable)
    {
        if (variable.Variable == Variable.Action) return Residual.Known(new EntityValue(_request.Action), variable);
        if (variable.Variable == Variable.Context) return _accesses.EvaluateContext(variable);
        var uid = variable.Variable == Variable.Principal ? _request.Principal : _request.Resource;
        return uid.Uid is { } known ? Residual.Known(new EntityValue(known), variable) : Residual.Open(variable, Outcomes.Other, new EntityType(uid.Type));
    }

    // Operands that cannot settle it and cannot fail are dropped; behind one that always settles it or fails nothing is reached.
    private Residual EvaluateJunction(IReadOnlyList<Expression> operands, bool settledBy, Expression whole)
    {
        var (settles, passes) = settledBy ? (Outcomes.True, Outcomes.False) : (Outcomes.False, Outcomes.True);
        var kept = new List<Residual>();
        var outcomes = passes;
        foreach (var operand in operands)
        {
            var residual = Evaluate(operand);
            var one = residual.Outcomes.AsBoolean();
            if (one == passes) continue;
            kept.Add(residual);
            outcomes |= one & ~passes;
            if (one.May(passes)) continue;
            outcomes &= ~passes;
            break;
        }
        if (kept.Count == 0) return Residual.Known(BooleanValue.From(!settledBy), whole);
        if (outcomes == settles) return Residual.Known(BooleanValue.From(settledBy), whole);
        if (kept is [{ Outcomes: var single }] && !single.May(Outcomes.Other)) return kept[0];
        var left = kept.ConvertAll(residual => residual.Expression);
        // One alone need not be a boolean; here it must.
        if (left.Count == 1) left.Add(new LiteralExpression(BooleanValue.From(!settledBy)) { Span = whole.Span });
        Expression rest = settledBy ? new OrExpression(left) { Span = whole.Span } : new AndExpression(left) { Span = whole.Span };
        return Residual.Open(rest, outcomes, BooleanType.Any);
    }

    private Residual EvaluateNot(NotExpression not)
    {
        var operand = Evaluate(not.Operand);
        if (operand.Value is BooleanValue value) return Residual.Known(BooleanValue.From(!value.Value), not);
        return Residual.Open(new NotExpression(operand.Expression) { Span = not.Span }, operand.Outcomes.AsBoolean().Negated(), BooleanType.Any);
    }

    private Residual EvaluateChoice(IfExpression choice)
    {
        var condition = Evaluate(choice.Condition);
        if (condition.Value is BooleanValue value) return Evaluate(value.Value ? choice.Then : choice.Else);
        var outcomes = condition.Outcomes.AsBoolean();
        var then = Evaluate(choice.Then);
        var otherwise = Evaluate(choice.Else);
        if (!outcomes.May(Outcomes.Error) && then.IsKnown && then.Value.Equals(otherwise.Value)) return then;
        var all = outcomes & Outcomes.Error;
        if (outcomes.May(Outcomes.True)) all |= then.Outcomes;
        if (outcomes.May(Outcomes.False)) all |= otherwise.Outcomes;
        var rest = new IfExpression(condition.Expression, then.Expression, otherwise.Expression) { Span = choice.Span };
        // A branch that always fails has no value, so the other alone says of which type there is one.
        var type = then.FailsAlways ? otherwise.Type : otherwise.FailsAlways ? then.Type : ResidualTypes.Join(then.Type, otherwise.Type);
        return Residual.Open(rest, all, type);
    }

    private Residual EvaluateSet(SetExpression set)
    {
        var elements = EvaluateAll(set.Elements);
        var (known, mayFail, failsAlways) = Sum(elements);
        if (known) return Residual.Known(SetValue.Create(elements.Select(element => element.Value!)), set);
        var rest = new SetExpression(elements.ConvertAll(element => element.Expression)) { Span = set.Span };
        if (failsAlways) return Residual.Failing(rest);
        return Residual.Open(rest, OutcomesOf(mayFail), ResidualTypes.SetOf(elements.ConvertAll(element => element.Type)));
    }

    private Residual EvaluateRecord(RecordExpression record)
    {
        var attributes = record.Attributes.Select(attribute => KeyValuePair.Create(attribute.Key, Evaluate(attribute.Value))).ToList();
        var (known, mayFail, failsAlways) = Sum(attributes.Select(attribute => attribute.Value));
        if (known) return Residual.Known(RecordValue.Create(attributes.Select(attribute => KeyValuePair.Create(attribute.Key, attribute.Value.Value!))), record);
        var rest = new RecordExpression([.. attributes.Select(attribute => KeyValuePair.Create(attribute.Key, attribute.Value.Expression))]) { Span = record.Span };
        if (failsAlways) return Residual.Failing(rest);
        var type = attributes.TrueForAll(attribute => attribute.Value.Type is not null)
            ? new RecordType(attributes.Select(attribute => KeyValuePair.Create(attribute.Key, new AttributeType(attribute.Value.Type!, IsRequired: true))))
            : null;
        return Residual.Open(rest, OutcomesOf(mayFail), type);
    }

    private static Outcomes OutcomesOf(bool mayFail) => mayFail ? Outcomes.Other | Outcomes.Error : Outcomes.Other;
}
