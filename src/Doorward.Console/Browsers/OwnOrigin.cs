using Microsoft.AspNetCore.Http;

namespace Doorward.Console.Browsers;

/// <summary>
/// Tells requests that pages of the same host sent. Applications are same-site siblings of the sign-in host, so SameSite
/// cookies are no defence against them (design section 9).
/// </summary>
internal static class OwnOrigin
{
    internal static bool Sent(HttpRequest request)
    {
        if (request.Headers.TryGetValue("Sec-Fetch-Site", out var site) && site != "same-origin")
            return false;
        // Both absent: no browser of today sends neither on an unsafe request, so it is none, or one that hides it.
        return request.Headers.TryGetValue("Origin", out var origin)
            ? origin == $"{request.Scheme}://{request.Host.Value}"
            : site == "same-origin";
    }
}
