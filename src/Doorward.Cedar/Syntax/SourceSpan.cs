namespace Doorward.Cedar.Syntax;

/// <summary>A stretch of policy text: offset and length in UTF-16 units.</summary>
public readonly record struct SourceSpan(int Start, int Length)
{
    /// <summary>The offset just behind the last unit.</summary>
    public int End => Start + Length;

    internal static SourceSpan Between(int start, int end) => new(start, end - start);
}
