using System.Buffers.Text;
using System.Text;

namespace Doorward.Control.Api;

/// <summary>One page of a list, and where the next begins; null at the end.</summary>
public sealed record Page<T>(IReadOnlyList<T> Items, string? Next)
{
    /// <summary>Cuts one more item than was asked for off the end, and remembers where that was.</summary>
    internal static Page<T> Of(IReadOnlyList<T> found, PageRequest request, Func<T, string> key) => found.Count <= request.Size
        ? new Page<T>(found, null)
        : new Page<T>([.. found.Take(request.Size)], PageRequest.Encode(key(found[request.Size - 1])));
}

/// <summary>Which page is asked for. Sizes are bounded, and a cursor that is none of ours begins at the beginning.</summary>
internal readonly record struct PageRequest(int? Limit, string? Cursor)
{
    private const int Usual = 100;
    private const int Most = 500;
    private const int LongestCursor = 512;

    public int Size => Math.Clamp(Limit ?? Usual, 1, Most);

    /// <summary>The key behind which the page begins.</summary>
    public string After => Cursor is { Length: > 0 and <= LongestCursor } && Base64Url.IsValid(Cursor)
        ? Encoding.UTF8.GetString(Base64Url.DecodeFromChars(Cursor))
        : "";

    public static string Encode(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));
}
