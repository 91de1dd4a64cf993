using Doorward.Console.Layout;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console.Browsers;

/// <summary>Refuses what would change something unless a form of our own sent it: own origin, and the token of this browser.</summary>
internal static class OwnForms
{
    internal static async Task Require(HttpContext http, RequestDelegate next)
    {
        if (IsSafe(http.Request.Method))
            await next(http);
        else if (!OwnOrigin.Sent(http.Request))
            await RefuseAsync(http, StatusCodes.Status403Forbidden, "This came from another site", "The request was not sent by a page of this site, so nothing was changed. Open the page again and repeat it there.");
        else if (!await IsOursAsync(http))
            await RefuseAsync(http, StatusCodes.Status400BadRequest, "This form is out of date", "It was opened too long ago or in another browser, so nothing was changed. Open the page again and repeat it there. Cookies must be allowed for this site.");
        else
            await next(http);
    }

    private static async Task<bool> IsOursAsync(HttpContext http)
    {
        try
        {
            return await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http);
        }
        catch (AntiforgeryValidationException)
        {
            // No form that can be read, or its sender is gone. Anybody can send either: it must not become an error with a trace in the log.
            return false;
        }
    }

    private static Task RefuseAsync(HttpContext http, int status, string title, string text) =>
        Pages.Trouble(status, title, text, "/", "Start again").ExecuteAsync(http);

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);
}
