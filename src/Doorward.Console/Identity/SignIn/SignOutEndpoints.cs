using Doorward.Console.Browsers;
using Doorward.Console.Layout;
using Doorward.Control.Identity.SignIns;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Console.Identity.SignIn;

/// <summary>Signing out: asked for first, because any page can link here, then done at once and for every application.</summary>
internal static class SignOutEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/signout", AskAsync);
        routes.MapPost("/signout", SignOutAsync);
    }

    private static async Task<IResult> AskAsync(Visit visit) =>
        await visit.SessionAsync() is null ? Pages.Render<SignedOutPage>(new { }) : Pages.Render<SignOutPage>(new { });

    private static async Task<IResult> SignOutAsync(Visit visit, SignInFlow flow, CancellationToken cancel)
    {
        if (await visit.SessionAsync() is { } session)
            await flow.SignOutAsync(session, visit.Source, cancel);
        visit.SignedOut();
        return Pages.Render<SignedOutPage>(new { });
    }
}
