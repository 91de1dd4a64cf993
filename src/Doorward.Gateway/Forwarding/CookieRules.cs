using System.Text;
using Microsoft.Extensions.Primitives;

namespace Doorward.Gateway.Forwarding;

/// <summary>Keeps our cookies between the browser and us: upstreams neither see nor set them.</summary>
internal static class CookieRules
{
    /// <summary>The <c>Cookie</c> field without our cookies, every other byte as it was; empty when nothing is left.</summary>
    public static StringValues RemoveOurs(StringValues cookies)
    {
        if (!MentionsOurs(cookies)) return cookies;
        var kept = new StringBuilder();
        foreach (var field in cookies)
        {
            // HTTP/2 may split the field into crumbs, which "; " joins again (RFC 9113 section 8.2.3).
            var separator = "; ";
            foreach (var range in field.AsSpan().Split(';'))
            {
                var pair = field.AsSpan()[range];
                if (!IsOurs(pair))
                {
                    kept.Append(kept.Length == 0 ? "" : separator).Append(kept.Length == 0 ? pair.TrimStart(" \t") : pair);
                }

                separator = ";";
            }
        }

        return kept.Length == 0 ? StringValues.Empty : kept.ToString();
    }

    /// <summary>Whether an upstream's <c>Set-Cookie</c> would set one of our names, a nameless cookie that reads like one included.</summary>
    public static bool SetsOurs(string? setCookie)
    {
        var text = setCookie.AsSpan().TrimStart(" \t");
        if (text.Length > 0 && text[0] == '=') text = text[1..].TrimStart(" \t");
        return IsOurs(text);
    }

    private static bool MentionsOurs(StringValues cookies)
    {
        foreach (var field in cookies)
        {
            if (field is not null && field.Contains(HeaderRules.CookiePrefix, StringComparison.OrdinalIgnoreCase)) return true;
        }

        return false;
    }

    // Case-insensitively: browsers guard the __Host- prefix in any case, and some upstreams read names in any case.
    private static bool IsOurs(ReadOnlySpan<char> pair) => pair.TrimStart(" \t").StartsWith(HeaderRules.CookiePrefix, StringComparison.OrdinalIgnoreCase);
}
