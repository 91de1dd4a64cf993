namespace Doorward.Cedar.Syntax;

/// <summary>Where something stands in a text: line and column count from 1, columns and offsets in UTF-16 units as editors do.</summary>
public readonly record struct SourceLocation(int Line, int Column, int Start, int Length)
{
    /// <summary>"line 3, column 14".</summary>
    public override string ToString() => $"line {Line}, column {Column}";
}
