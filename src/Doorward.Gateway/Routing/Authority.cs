using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Primitives;

namespace Doorward.Gateway.Routing;

[Flags]
internal enum AuthorityTraits { None = 0, Missing = 1, Several = 2, Malformed = 4, TrailingDot = 8 }

/// <summary>The host a request is for, lower-case, and its port when it named one.</summary>
internal readonly record struct Authority(string Host, int? Port, AuthorityTraits Traits)
{
    private static readonly SearchValues<char> s_name =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");

    private static readonly SearchValues<char> s_address = SearchValues.Create("abcdefABCDEF0123456789:.");

    /// <summary>Host and port as the client named them, in canonical spelling.</summary>
    public override string ToString() => Port is { } port ? string.Create(CultureInfo.InvariantCulture, $"{Host}:{port}") : Host;

    public static Authority Parse(StringValues values) => values.Count switch
    {
        0 => new("", null, AuthorityTraits.Missing),
        1 => Parse(values[0] ?? ""),
        _ => new("", null, AuthorityTraits.Several),
    };

    public static Authority Parse(string text)
    {
        if (text.Length == 0) return new("", null, AuthorityTraits.Missing);
        var nameLength = text[0] == '[' ? text.IndexOf(']', StringComparison.Ordinal) + 1 : text.IndexOf(':', StringComparison.Ordinal);
        if (nameLength < 0) nameLength = text.Length;
        var name = text.AsSpan(0, nameLength);
        if (!IsName(name)) return new("", null, AuthorityTraits.Malformed);
        int? port = null;
        if (nameLength < text.Length)
        {
            if (!TryPort(text.AsSpan(nameLength), out var number)) return new("", null, AuthorityTraits.Malformed);
            port = number;
        }

        var host = name.ContainsAnyInRange('A', 'Z') ? name.ToString().ToLowerInvariant() : nameLength == text.Length ? text : name.ToString();
        return new(host, port, name[^1] == '.' ? AuthorityTraits.TrailingDot : AuthorityTraits.None);
    }

    private static bool IsName(ReadOnlySpan<char> name) => name.Length is > 0 and <= 255
        && (name[0] == '[' ? !name[1..^1].ContainsAnyExcept(s_address) : !name.ContainsAnyExcept(s_name));

    // One spelling only: no sign, no leading zero, no empty port.
    private static bool TryPort(ReadOnlySpan<char> text, out int port)
    {
        port = 0;
        return text.Length is > 1 and <= 6 && text[0] == ':' && text[1] is >= '1' and <= '9'
            && int.TryParse(text[1..], NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535;
    }
}
