using System.Text;
using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Syntax;

/// <summary>
/// The pattern of <c>like</c>: literal pieces with a star between each two. Matching takes the leftmost place for every piece,
/// which is right because a star takes anything, and time linear in text and pattern. Pieces are whole code points, so comparing
/// UTF-16 units says the same as comparing code points.
/// </summary>
public sealed class LikePattern : IEquatable<LikePattern>
{
    // Vectorised search is fastest and its worst case (length of text times length of piece) harmless up to here.
    private const int ShortPiece = 32;

    private readonly string[] _pieces;

    internal LikePattern(IEnumerable<string> pieces) => _pieces = [.. pieces];

    /// <summary>The literal pieces in order; between each two stands one star.</summary>
    public IReadOnlyList<string> Pieces => _pieces;

    /// <summary>Whether the whole text matches.</summary>
    public bool IsMatch(string text)
    {
        if (_pieces.Length == 1) return string.Equals(text, _pieces[0], StringComparison.Ordinal);
        var (first, last) = (_pieces[0], _pieces[^1]);
        if (text.Length < first.Length + last.Length) return false;
        if (!text.StartsWith(first, StringComparison.Ordinal) || !text.EndsWith(last, StringComparison.Ordinal)) return false;
        var rest = text.AsSpan(first.Length, text.Length - first.Length - last.Length);
        foreach (var piece in _pieces.AsSpan(1..^1))
        {
            var at = piece.Length <= ShortPiece ? rest.IndexOf(piece, StringComparison.Ordinal) : IndexOf(rest, piece);
            if (at < 0) return false;
            rest = rest[(at + piece.Length)..];
        }
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(LikePattern? other) => other is not null && _pieces.AsSpan().SequenceEqual(other._pieces);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LikePattern);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(ToString(), StringComparison.Ordinal);

    /// <summary>The pattern as it stands between the quotation marks.</summary>
    public override string ToString()
    {
        var builder = new StringBuilder();
        for (var i = 0; i < _pieces.Length; i++)
        {
            if (i > 0) builder.Append('*');
            var escaped = new StringBuilder();
            CedarText.AppendEscaped(escaped, _pieces[i]);
            builder.Append(escaped.Replace("*", "\\*"));
        }
        return builder.ToString();
    }

    // Knuth, Morris and Pratt: never steps back in the text.
    private static int IndexOf(ReadOnlySpan<char> text, string piece)
    {
        if (text.Length < piece.Length) return -1;
        var fallback = new int[piece.Length];
        for (int i = 1, k = 0; i < piece.Length; i++)
        {
            while (k > 0 && piece[i] != piece[k]) k = fallback[k - 1];
            if (piece[i] == piece[k]) k++;
            fallback[i] = k;
        }
        for (int i = 0, k = 0; i < text.Length; i++)
        {
            while (k > 0 && text[i] != piece[k]) k = fallback[k - 1];
            if (text[i] == piece[k]) k++;
            if (k == piece.Length) return i - k + 1;
        }
        return -1;
    }
}
