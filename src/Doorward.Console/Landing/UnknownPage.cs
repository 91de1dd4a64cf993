using Doorward.Console.Layout;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Console.Landing;

/// <summary>What people get at an address that nothing else answers: words and a way on, in place of the browser's own page.</summary>
internal static class UnknownPage
{
    internal const string Anywhere = "/{**path}";

    /// <summary>The API shares the console's host, and answers below its own paths itself.</summary>
    internal const string TopLevel = "/{path}";

    internal static void Map(IEndpointRouteBuilder routes, string pattern) => routes
        .MapGet(pattern, () => Pages.Trouble(StatusCodes.Status404NotFound, "There is nothing here", "No page has this address. Check it for a typing error.", "/", "Go to the first page"))
        .WithOrder(int.MaxValue)
        .ExcludeFromDescription();
}
