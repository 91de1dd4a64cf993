using System.Buffers;
using System.Globalization;
using System.Text;

namespace Doorward.Agent.Asking;

/// <summary>
/// One HTTP/1.1 request as a browser sends it to the agent: a head of so many bytes, and a body whose length it says. What no browser sends
/// (other framing, a field twice, bytes beyond ASCII) is no request.
/// </summary>
internal sealed record PageRequest
{
    public const int LongestHead = 8 * 1024;
    public const int LongestBody = 4 * 1024;
    private static readonly SearchValues<char> s_name = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

    public required string Method { get; init; }
    public required string Path { get; init; }
    public required string Host { get; init; }

    /// <summary>Empty when the browser, or whatever it is, named none.</summary>
    public required string Origin { get; init; }
    public required string ContentType { get; init; }

    /// <summary>A preflight that asks for it wants it answered.</summary>
    public required bool AsksForPrivateNetwork { get; init; }
    public required int Length { get; init; }

    /// <summary>Reads the head, without the empty line that ends it; null when it is none.</summary>
    public static PageRequest? Parse(ReadOnlySpan<byte> head)
    {
        if (head.Length > LongestHead) return null;
        var lines = Encoding.Latin1.GetString(head).Split("\r\n");
        if (lines.Any(static line => line.AsSpan().ContainsAnyExceptInRange(' ', '~'))) return null;
        if (lines[0].Split(' ') is not [var method, ['/', ..] path, "HTTP/1.1"]) return null;
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1 || line.AsSpan(0, colon).ContainsAnyExcept(s_name) || !fields.TryAdd(line[..colon], line[(colon + 1)..].Trim(' '))) return null;
        }

        return fields.ContainsKey("Transfer-Encoding") || !TryLength(fields.GetValueOrDefault("Content-Length"), out var length)
            ? null
            : new PageRequest
            {
                Method = method,
                Path = path,
                Host = fields.GetValueOrDefault("Host", ""),
                Origin = fields.GetValueOrDefault("Origin", ""),
                ContentType = fields.GetValueOrDefault("Content-Type", ""),
                AsksForPrivateNetwork = fields.ContainsKey("Access-Control-Request-Private-Network"),
                Length = length,
            };
    }

    private static bool TryLength(string? text, out int length)
    {
        length = 0;
        return text is null || int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out length) && length <= LongestBody;
    }
}
