using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Analysis;

/// <summary>What must be so whenever a policy is satisfied: what follows from it, and which of it cannot be so together.</summary>
internal sealed class Demands
{
    private readonly Dictionary<string, Demand> _byText = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Demand Demand, CedarValue Value)> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (Demand Demand, string Type)> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<(Demand Demand, Range Range)>> _ranges = new(StringComparer.Ordinal);

    public Demands(IEnumerable<Demand> all)
    {
        foreach (var demand in all)
        {
            if (FindOpposite(demand) is { } first) Contradiction ??= (first, demand);
            _byText.TryAdd(demand.Text, demand);
        }
    }

    /// <summary>Two demands that no request fulfils together.</summary>
    public (Demand First, Demand Second)? Contradiction { get; }

    /// <summary>Whether a demand is fulfilled whenever these are.</summary>
    public bool Imply(Demand demand)
    {
        if (_byText.TryGetValue(demand.Text, out var same) && same.Expected == demand.Expected) return true;
        return Range.Of(demand) is var (text, range) && _ranges.TryGetValue(text, out var known)
            && range.Contains(known.Aggregate(Range.All, (all, one) => all.Within(one.Range)));
    }

    private Demand? FindOpposite(Demand demand)
    {
        if (_byText.TryGetValue(demand.Text, out var same)) return same.Expected == demand.Expected ? null : same;
        Demand? opposite = null;
        if (demand.Expected && Constant(demand.Expression) is var (of, value))
        {
            if (!_constants.TryAdd(of, (demand, value)) && !_constants[of].Value.Equals(value)) opposite = _constants[of].Demand;
        }
        else if (demand is { Expected: true, Expression: IsExpression type })
        {
            var target = type.Target.ToString();
            if (!_types.TryAdd(target, (demand, type.EntityType)) && _types[target].Type != type.EntityType) opposite = _types[target].Demand;
        }
        if (Range.Of(demand) is var (text, range))
        {
            if (!_ranges.TryGetValue(text, out var others)) _ranges.Add(text, others = []);
            // Ranges that meet two by two meet all together, so one of the earlier is the opposite if there is any.
            foreach (var (other, known) in others)
                if (known.Within(range).IsEmpty) opposite ??= other;
            others.Add((demand, range));
        }
        return opposite;
    }

    // What an expression is said to be equal to.
    private static (string Text, CedarValue Value)? Constant(Expression expression) => expression switch
    {
        BinaryExpression { Operator: BinaryOperator.Equal, Left: not LiteralExpression, Right: LiteralExpression right } equal => (equal.Left.ToString(), right.Value),
        BinaryExpression { Operator: BinaryOperator.Equal, Left: LiteralExpression left, Right: not LiteralExpression } equal => (equal.Right.ToString(), left.Value),
        _ => null,
    };
}
