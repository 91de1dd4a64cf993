using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Api;

/// <summary>Versions as entity tags (RFC 9110 section 8.8.3): the version number in quotes.</summary>
internal static class ETags
{
    public static void Write(HttpContext context, long version) => context.Response.Headers.ETag = $"\"{version}\"";

    /// <summary>The version that a write depends on: null for any, 0 for none yet. False when the condition cannot be read.</summary>
    public static bool TryRead(HttpContext context, out long? version)
    {
        version = null;
        var headers = context.Request.Headers;
        if (headers.IfNoneMatch is { Count: > 0 } none)
        {
            version = 0;
            return none == "*" && headers.IfMatch.Count == 0;
        }

        if (headers.IfMatch is not { Count: > 0 } match || match == "*") return true;
        if (!long.TryParse(match.ToString().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return false;
        version = number;
        return true;
    }
}
