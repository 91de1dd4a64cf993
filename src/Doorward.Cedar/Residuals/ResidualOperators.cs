using Doorward.Cedar.Evaluation;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Residuals;

/// <summary>Operators on what may not be known. Their operands are all evaluated, so each that fails makes the whole fail.</summary>
internal sealed class ResidualOperators(ResidualEvaluator evaluator, Schema schema, PartialEntityStore entities, IFactListener? facts)
{
    public Residual Evaluate(BinaryExpression binary)
    {
        var (left, right) = (evaluator.Evaluate(binary.Left), evaluator.Evaluate(binary.Right));
        var rest = new BinaryExpression(binary.Operator, left.Expression, right.Expression) { Span = binary.Span };
        var (known, mayFail, failsAlways) = ResidualEvaluator.Sum(left, right);
        if (failsAlways) return Residual.Failing(rest);
        return binary.Operator switch
        {
            BinaryOperator.In => EvaluateIn(rest, left, right),
            _ when known => Take(rest, BinaryOperators.Apply(binary.Operator, left.Value!, right.Value!, entities.Known)),
            BinaryOperator.Equal or BinaryOperator.NotEqual => EvaluateEqual(rest, left, right, mayFail),
            <= BinaryOperator.GreaterOrEqual => Residual.Boolean(rest, mayFail || !ResidualTypes.HasOrder(left.Type) || left.Type != right.Type),
            BinaryOperator.Contains => Residual.Boolean(rest, mayFail || !left.IsSet),
            _ => Residual.Boolean(rest, mayFail || !left.IsSet || !right.IsSet),
        };
    }

    public Residual Evaluate(IsExpression type)
    {
        var target = evaluator.Evaluate(type.Target);
        if (target.IsKnown && target.Value is not EntityValue) return Residual.Failing(new IsExpression(target.Expression, type.EntityType, type.In) { Span = type.Span });
        var isOfType = target.Type is EntityType { Names: [var name] } ? name == type.EntityType : (bool?)null;
        if (!target.MayFail && isOfType == false) return Residual.Known(BooleanValue.False, type);
        if (!target.MayFail && isOfType == true && type.In is null) return Residual.Known(BooleanValue.True, type);
        if (target.FailsAlways) return Residual.Failing(new IsExpression(target.Expression, type.EntityType, type.In) { Span = type.Span });
        // Of another type it is false before the right side is looked at.
        if (isOfType == false) return Residual.Open(new IsExpression(target.Expression, type.EntityType, null) { Span = type.Span }, Outcomes.False | Outcomes.Error, BooleanType.Any);
        var ancestors = type.In is null ? (Residual?)null : evaluator.Evaluate(type.In);
        var rest = new IsExpression(target.Expression, type.EntityType, ancestors?.Expression) { Span = type.Span };
        if (ancestors is not { } above) return Residual.Boolean(rest, target.MayFail || !target.IsEntity);
        var isIn = EvaluateIn(rest, target, above);
        if (isOfType == true) return above.FailsAlways ? Residual.Failing(rest) : isIn;
        return Residual.Open(rest, isIn.Outcomes | Outcomes.False | (target.IsEntity ? Outcomes.None : Outcomes.Error), BooleanType.Any);
    }

    public Residual Evaluate(LikeExpression like)
    {
        var target = evaluator.Evaluate(like.Target);
        if (target.Value is StringValue text) return Residual.Known(BooleanValue.From(like.Pattern.IsMatch(text.Value)), like);
        var rest = new LikeExpression(target.Expression, like.Pattern) { Span = like.Span };
        return target.IsKnown || target.FailsAlways ? Residual.Failing(rest) : Residual.Boolean(rest, target.MayFail || target.Type is not StringType);
    }

    public Residual Evaluate(IsEmptyExpression isEmpty)
    {
        var operand = evaluator.Evaluate(isEmpty.Operand);
        if (operand.Value is SetValue set) return Residual.Known(BooleanValue.From(set.Count == 0), isEmpty);
        var rest = new IsEmptyExpression(operand.Expression) { Span = isEmpty.Span };
        return operand.IsKnown || operand.FailsAlways ? Residual.Failing(rest) : Residual.Boolean(rest, operand.MayFail || !operand.IsSet);
    }

    public Residual Evaluate(NegateExpression negate)
    {
        var operand = evaluator.Evaluate(negate.Operand);
        return EvaluateArithmetic(new NegateExpression(operand.Expression) { Span = negate.Span }, [operand], numbers => -(Int128)numbers[0]);
    }

    public Residual Evaluate(SumExpression sum)
    {
        var operands = evaluator.EvaluateAll(sum.Children);
        var rest = new SumExpression(operands[0].Expression, [.. sum.Terms.Select((term, i) => term with { Operand = operands[i + 1].Expression })]) { Span = sum.Span };
        return EvaluateArithmetic(rest, operands, numbers => Fold(numbers, (total, number, i) => sum.Terms[i - 1].IsSubtracted ? total - number : total + number));
    }

    public Residual Evaluate(ProductExpression product)
    {
        var factors = evaluator.EvaluateAll(product.Factors);
        var rest = new ProductExpression(factors.ConvertAll(factor => factor.Expression)) { Span = product.Span };
        return EvaluateArithmetic(rest, factors, numbers => Fold(numbers, (total, number, _) => total * number));
    }

    // Null when a step does not fit into 64 bits.
    private static Int128? Fold(long[] numbers, Func<Int128, long, int, Int128> step)
    {
        Int128 total = numbers[0];
        for (var i = 1; i < numbers.Length; i++)
        {
            total = step(total, numbers[i], i);
            if (total < long.MinValue || total > long.MaxValue) return null;
        }
        return total;
    }

    private static Residual EvaluateArithmetic(Expression rest, List<Residual> operands, Func<long[], Int128?> compute)
    {
        if (operands.Exists(operand => operand.FailsAlways || (operand.IsKnown && operand.Value is not LongValue))) return Residual.Failing(rest);
        // Even of numbers the result may not fit.
        if (!operands.TrueForAll(operand => operand.IsKnown)) return Residual.Open(rest, Outcomes.Other | Outcomes.Error, LongType.Only);
        return compute([.. operands.Select(operand => ((LongValue)operand.Value!).Value)]) is { } number && number >= long.MinValue && number <= long.MaxValue
            ? Residual.Known(new LongValue((long)number), rest)
            : Residual.Failing(rest);
    }

    private static Residual EvaluateEqual(BinaryExpression rest, Residual left, Residual right, bool mayFail)
    {
        var outcomes = ResidualTypes.AreDisjoint(left.Type, right.Type)
            ? rest.Operator == BinaryOperator.NotEqual ? Outcomes.True : Outcomes.False
            : Outcomes.Boolean;
        return Residual.Open(rest, mayFail ? outcomes | Outcomes.Error : outcomes, BooleanType.Any);
    }

    private Residual EvaluateIn(Expression rest, Residual left, Residual right)
    {
        if (left.IsKnown && left.Value is not EntityValue) return Residual.Failing(rest);
        if (right.IsKnown && AncestorsOf(right.Value) is null) return Residual.Failing(rest);
        if (left.Value is EntityValue entity && right.IsKnown) return EvaluateIn(rest, entity.Uid, AncestorsOf(right.Value)!);
        var types = right.IsKnown ? [.. AncestorsOf(right.Value)!.Select(uid => uid.Type).Distinct()] : ResidualTypes.TypesOfAncestors(right.Type);
        var mayFail = left.MayFail || right.MayFail || !left.IsEntity || types is null;
        var isPossible = types is null || left.Type is not EntityType lows || lows.Names.Any(low => types.Any(above => schema.MayBeIn(low, above)));
        return isPossible ? Residual.Boolean(rest, mayFail) : Residual.Open(rest, mayFail ? Outcomes.False | Outcomes.Error : Outcomes.False, BooleanType.Any);
    }

    private Residual EvaluateIn(Expression rest, EntityUid uid, List<EntityUid> ancestors)
    {
        var isKnown = true;
        foreach (var ancestor in ancestors)
        {
            if (uid != ancestor) facts?.ReadAncestor(uid, ancestor);
            switch (entities.IsIn(uid, ancestor))
            {
                case true: return Residual.Known(BooleanValue.True, rest);
                case null when schema.MayBeIn(uid.Type, ancestor.Type): isKnown = false; break;
                default: break;
            }
        }
        return isKnown ? Residual.Known(BooleanValue.False, rest) : Residual.Boolean(rest, mayFail: false);
    }

    private static List<EntityUid>? AncestorsOf(CedarValue value) => value switch
    {
        EntityValue entity => [entity.Uid],
        SetValue set when set.All(element => element is EntityValue) => [.. set.Select(element => ((EntityValue)element).Uid)],
        _ => null,
    };

    private static Residual Take(Expression rest, Outcome outcome) => outcome.Value is { } value ? Residual.Known(value, rest) : Residual.Failing(rest);
}
