using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Pages;

/// <summary>Whether a person looks at the answer, or a program does: decides between pages and redirects on one side, JSON on the other.</summary>
internal static class ClientKind
{
    public static bool IsBrowser(HttpRequest request)
    {
        var headers = request.Headers;
        if (headers.ContainsKey("X-Requested-With")) return false;

        // Fetch metadata cannot be forged by a page; where it is sent it decides.
        if (headers.TryGetValue("Sec-Fetch-Mode", out var mode)) return mode == "navigate";
        if (headers.TryGetValue("Sec-Fetch-Dest", out var destination)) return destination == "document" || destination == "iframe";
        return headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);
    }
}
