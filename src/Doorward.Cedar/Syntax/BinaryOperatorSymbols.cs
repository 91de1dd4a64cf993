namespace Doorward.Cedar.Syntax;

internal static class BinaryOperatorSymbols
{
    /// <summary>What stands between the operands; a method's closing parenthesis comes behind.</summary>
    public static string Symbol(this BinaryOperator operation) => operation switch
    {
        BinaryOperator.Equal => " == ",
        BinaryOperator.NotEqual => " != ",
        BinaryOperator.Less => " < ",
        BinaryOperator.LessOrEqual => " <= ",
        BinaryOperator.Greater => " > ",
        BinaryOperator.GreaterOrEqual => " >= ",
        BinaryOperator.In => " in ",
        BinaryOperator.Contains => ".contains(",
        BinaryOperator.ContainsAll => ".containsAll(",
        BinaryOperator.ContainsAny => ".containsAny(",
        BinaryOperator.HasTag => ".hasTag(",
        BinaryOperator.GetTag => ".getTag(",
        _ => throw new ArgumentOutOfRangeException(nameof(operation)),
    };

    /// <summary>The name as a message quotes it: <c>==</c> or <c>contains</c>.</summary>
    public static string Name(this BinaryOperator operation) => operation.Symbol().Trim(' ', '.', '(');
}
