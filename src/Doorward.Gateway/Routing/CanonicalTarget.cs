using System.Buffers;

namespace Doorward.Gateway.Routing;

[Flags]
internal enum TargetTraits
{
    None = 0,
    NotAPath = 1,
    AbsoluteMismatch = 1 << 1,
    Fragment = 1 << 2,
    RawBytes = 1 << 3,
    DotSegment = 1 << 4,
    EmptySegment = 1 << 5,
    Backslash = 1 << 6,
    Semicolon = 1 << 7,
    EncodedSlash = 1 << 8,
    EncodedBackslash = 1 << 9,
    EncodedDot = 1 << 10,
    EncodedPercent = 1 << 11,
    EncodedControl = 1 << 12,
    EncodedHash = 1 << 13,
    BadEscape = 1 << 14,
    NotUtf8 = 1 << 15,
}

/// <summary>
/// A request target in its one canonical spelling, beside the bytes as they came. <paramref name="Query"/> begins with <c>?</c> or is
/// empty, and is never changed.
/// </summary>
internal readonly record struct CanonicalTarget(string Raw, string RawPath, string Path, string Query, TargetTraits Traits)
{
    // Unreserved characters, sub-delims without ';', ':' and '@' (RFC 3986 section 3.3), and '/': nothing that needs a second look.
    private static readonly SearchValues<char> s_plainPath =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~!$&'()*+,=:@/");

    /// <summary>Reads a target as it stood in the request line or <c>:path</c>. An absolute form must name this scheme and authority.</summary>
    public static CanonicalTarget Parse(string raw, string scheme, string authority)
    {
        var traits = TargetTraits.None;
        var target = raw;
        if (!raw.StartsWith('/'))
        {
            if (!TryStripAbsolute(raw, scheme, authority, out target, out traits)) return new(raw, raw, raw, "", traits);
        }

        if (target.AsSpan().ContainsAnyExceptInRange('!', '~')) traits |= TargetTraits.RawBytes;
        if (target.Contains('#', StringComparison.Ordinal)) traits |= TargetTraits.Fragment;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var rawPath = question < 0 ? target : target[..question];
        var query = question < 0 ? "" : target[question..];
        if (traits != TargetTraits.None) return new(raw, rawPath, rawPath, query, traits);
        var path = IsPlain(rawPath) ? rawPath : PathCanonicalizer.Canonicalize(rawPath, out traits);
        return new(raw, rawPath, path, query, traits);
    }

    private static bool IsPlain(string path) => !path.AsSpan().ContainsAnyExcept(s_plainPath)
        && !path.Contains("//", StringComparison.Ordinal) && !path.Contains("/.", StringComparison.Ordinal);

    private static bool TryStripAbsolute(string raw, string scheme, string authority, out string target, out TargetTraits traits)
    {
        target = raw;
        var colon = raw.IndexOf("://", StringComparison.Ordinal);
        if (colon <= 0)
        {
            traits = TargetTraits.NotAPath;
            return false;
        }

        var rest = raw.AsSpan(colon + 3);
        var end = rest.IndexOfAny('/', '?', '#');
        var named = end < 0 ? rest : rest[..end];
        if (!raw.AsSpan(0, colon).Equals(scheme, StringComparison.OrdinalIgnoreCase) || !named.Equals(authority, StringComparison.OrdinalIgnoreCase))
        {
            traits = TargetTraits.AbsoluteMismatch;
            return false;
        }

        traits = TargetTraits.None;
        var tail = end < 0 ? "" : rest[end..].ToString();
        target = tail.StartsWith('/') ? tail : "/" + tail;
        return true;
    }
}
