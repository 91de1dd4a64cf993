using Doorward.Console.Browsers;
using Doorward.Console.Layout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Console.Landing;

/// <summary>What people get at an address that nothing else answers: words and a way on, in place of the browser's own page.</summary>
internal static class UnknownPage
{
    /// <summary>For a host that is the pages' alone.</summary>
    internal static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/{**path}", Nothing).WithOrder(int.MaxValue).ExcludeFromDescription();

    /// <summary>For a host that others share: whatever no route of theirs took.</summary>
    internal static async Task Answer(HttpContext http, RequestDelegate next)
    {
        await next(http);
        if (http.GetEndpoint() is null && HttpMethods.IsGet(http.Request.Method) && http.Response is { StatusCode: StatusCodes.Status404NotFound, HasStarted: false })
            await PageHeaders.Apply(http, static http => Nothing().ExecuteAsync(http));
    }

    private static RazorComponentResult Nothing() =>
        Pages.Trouble(StatusCodes.Status404NotFound, "There is nothing here", "No page has this address. Check it for a typing error.", "/", "Go to the first page");
}
