using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Lexing;

/// <summary>A policy text that turns offsets into lines and columns, counting the lines only when somebody asks.</summary>
internal sealed class SourceText(string text)
{
    private int[]? _lineStarts;

    public string Text { get; } = text;

    public SourceLocation Locate(SourceSpan span)
    {
        var starts = _lineStarts ??= FindLineStarts(Text);
        var line = Array.BinarySearch(starts, span.Start);
        if (line < 0) line = ~line - 1;
        return new SourceLocation(line + 1, span.Start - starts[line] + 1, span.Start, span.Length);
    }

    private static int[] FindLineStarts(string text)
    {
        var starts = new List<int> { 0 };
        for (var i = text.IndexOf('\n', StringComparison.Ordinal); i >= 0; i = text.IndexOf('\n', i + 1))
            starts.Add(i + 1);
        return [.. starts];
    }
}
