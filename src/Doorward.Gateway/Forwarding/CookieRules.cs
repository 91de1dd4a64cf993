using System.Text;
using Doorward.Gateway.Authentication;
using Doorward.Gateway.Routing;
using Microsoft.Extensions.Primitives;

namespace Doorward.Gateway.Forwarding;

/// <summary>
/// Keeps our cookies between the browser and us: upstreams neither see nor set them. The control plane has cookies of its own on its
/// own hosts; there only those that the gateway sets are kept back.
/// </summary>
internal sealed class CookieRules
{
    private static readonly CookieRules s_application = new(ownHost: false);
    private static readonly CookieRules s_ownHost = new(ownHost: true);

    private readonly bool _ownHost;

    private CookieRules(bool ownHost) => _ownHost = ownHost;

    public static CookieRules For(Route route) => route.IsOwnHost ? s_ownHost : s_application;

    /// <summary>The <c>Cookie</c> field without our cookies, every other byte as it was; empty when nothing is left.</summary>
    public StringValues RemoveOurs(StringValues cookies)
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
    public bool SetsOurs(string? setCookie)
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
    private bool IsOurs(ReadOnlySpan<char> pair)
    {
        var text = pair.TrimStart(" \t");
        if (!text.StartsWith(HeaderRules.CookiePrefix, StringComparison.OrdinalIgnoreCase)) return false;
        if (!_ownHost) return true;
        var end = text.IndexOf('=');
        var name = (end < 0 ? text : text[..end]).TrimEnd(" \t");
        return name.Length == HeaderRules.CookiePrefix.Length || name.StartsWith(SignInFlow.CookiePrefix, StringComparison.OrdinalIgnoreCase);
    }
}
