namespace Doorward.Cedar;

/// <summary>The limits within which policy text is read.</summary>
public sealed record ParserOptions
{
    private const int DeepestAllowed = 256;

    /// <summary>The limits that hold when none are given.</summary>
    public static ParserOptions Default { get; } = new();

    /// <summary>How many parentheses, brackets, braces and conditionals may lie in one another: 1 to 256, else 64.</summary>
    public int MaxDepth
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            // Above this a thread's stack might not hold the way down.
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, DeepestAllowed);
            field = value;
        }
    } = 64;

    /// <summary>How many UTF-16 units a text may have; 1,048,576 unless set.</summary>
    public int MaxLength { get; init; } = 1 << 20;

    /// <summary>After how many errors reading stops; 20 unless set.</summary>
    public int MaxErrors { get; init; } = 20;

    /// <summary>
    /// The highest expression tree. One nesting takes up to ten nodes (or, and, comparison, sum, product, four signs, the member),
    /// and chains of member access, which nest without parentheses, come under the same bound.
    /// </summary>
    internal int MaxHeight => MaxDepth * 10;
}
