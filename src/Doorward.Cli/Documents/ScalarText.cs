using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Doorward.Cli.Documents;

/// <summary>Finds where the text of a scalar begins in its file, so that a place inside the text is a place in the file.</summary>
internal static class ScalarText
{
    /// <summary>The place of the text's first character; null where lines of the text are not lines of the file (folded, escaped).</summary>
    public static Place? PlaceOf(string file, string[] lines, Scalar scalar) => scalar.Style switch
    {
        ScalarStyle.Literal => BlockPlaceOf(file, lines, scalar),
        ScalarStyle.Plain => OneLinePlaceOf(file, lines, scalar, 0),
        ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted => OneLinePlaceOf(file, lines, scalar, 1),
        _ => null,
    };

    // The block stands below its `|`, indented by what its first line has more of than its text.
    private static Place? BlockPlaceOf(string file, string[] lines, Scalar scalar)
    {
        var written = scalar.Value.Split('\n');
        var first = Array.FindIndex(written, line => line.Trim().Length > 0);
        var line = scalar.Start.Line + first;
        return first >= 0 && line < lines.Length
            ? new Place(file, scalar.Start.Line + 1, Indent(lines[line]) - Indent(written[first]) + 1)
            : null;
    }

    private static Place? OneLinePlaceOf(string file, string[] lines, Scalar scalar, int quote)
    {
        var (line, column) = (scalar.Start.Line - 1, scalar.Start.Column - 1 + quote);
        return line < lines.Length && column <= lines[line].Length && lines[line].AsSpan((int)column).StartsWith(scalar.Value)
            ? new Place(file, scalar.Start.Line, column + 1)
            : null;
    }

    private static int Indent(string line) => line.Length - line.TrimStart(' ').Length;
}
