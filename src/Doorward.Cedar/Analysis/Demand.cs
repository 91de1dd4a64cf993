using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Analysis;

/// <summary>An expression that must have this boolean value whenever a policy is satisfied.</summary>
/// <param name="Text">The expression as text, which is the same for the same expression anywhere.</param>
/// <param name="Expected">The value.</param>
/// <param name="Expression">The expression.</param>
internal readonly record struct Demand(string Text, bool Expected, Expression Expression)
{
    /// <summary>What the conditions of a policy demand. The policy is satisfied exactly when all of it is so.</summary>
    public static List<Demand> Of(IEnumerable<Condition> conditions)
    {
        var demands = new List<Demand>();
        foreach (var condition in conditions) Add(demands, condition.Body, condition.Kind == ConditionKind.When);
        return demands;
    }

    /// <summary>As one would write it.</summary>
    public override string ToString() => Expected ? $"`{Text}`" : $"`!({Text})`";

    private static void Add(List<Demand> demands, Expression expression, bool expected)
    {
        switch (expression)
        {
            case NotExpression not: Add(demands, not.Operand, !expected); break;
            case AndExpression all when expected:
                foreach (var operand in all.Operands) Add(demands, operand, expected);
                break;
            case OrExpression any when !expected:
                foreach (var operand in any.Operands) Add(demands, operand, expected);
                break;
            case BinaryExpression { Operator: BinaryOperator.NotEqual } unequal:
                Add(demands, new BinaryExpression(BinaryOperator.Equal, unequal.Left, unequal.Right) { Span = unequal.Span }, !expected);
                break;
            default: demands.Add(new Demand(expression.ToString(), expected, expression)); break;
        }
    }
}
