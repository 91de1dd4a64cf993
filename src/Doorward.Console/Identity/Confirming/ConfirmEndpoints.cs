using Doorward.Console.Browsers;
using Doorward.Console.Identity.SignIn;
using Doorward.Console.Layout;
using Doorward.Control.Identity;
using Doorward.Control.Identity.Passkeys;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Console.Identity.Confirming;

/// <summary>
/// Where the console sends people who are about to do something dangerous: they show once more that it is they, for the very session that
/// they act in. A passkey is asked for here; whoever has none goes through sign-in again, and comes back. The console learns of it from the
/// session, which says since when it is authenticated: nothing is handed over. The console's cookie dies by it, so the way ends at the
/// console, where this browser gets the next one.
/// </summary>
internal static class ConfirmEndpoints
{
    /// <summary>Where the way ends, at the console.</summary>
    internal const string DonePath = "/confirmed";

    private const string Path = "/confirm";

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Path, ShowAsync);
        routes.MapPost("/confirm/passkey", ProveAsync);
    }

    /// <summary>What the console shows to whoever came back to it.</summary>
    internal static void MapDone(IEndpointRouteBuilder console) => console.MapGet(DonePath, static () => Pages.Render<ConfirmedPage>(new { }));

    private static async Task<IResult> ShowAsync(ConfirmSteps steps, InstallationAddress address, [FromQuery] string? session) => await steps.SessionAsync(session) switch
    {
        null => Another(),
        { } running when await steps.IsDoneAsync(running) => Pages.Render<ConfirmedPage>(new { Console = address.Origin(address.ConsoleHost) }),
        { } running => await steps.AskAsync(running, At(running), null),
    };

    private static async Task<IResult> ProveAsync(
        ConfirmSteps steps, PasskeyCeremonies passkeys, SignInFlow flow, [FromQuery] string? session, [FromForm] string? credential, CancellationToken cancel)
    {
        if (await steps.SessionAsync(session) is not { } running)
            return Another();
        var visit = steps.Visit;
        var result = await passkeys.ProveAsync(visit.Http, credential ?? "", visit.TakeChallenge(PasskeyCeremony.Use), visit.Source, cancel);
        if (result is not FactorResult.Proved(var progress))
            return await steps.AskAsync(running, At(running), FactorWords.Of(result, "This passkey was not accepted. It may have been removed here, or it took too long."));
        if (await flow.ConfirmAsync(progress, running, visit.Source, cancel) is not { } confirmed)
            return await steps.AskAsync(running, At(running), (StatusCodes.Status422UnprocessableEntity, "That passkey is somebody else's, or your session ended meanwhile. Nothing was confirmed."));
        visit.SignedIn(confirmed);
        return Pages.SeeOther(At(running));
    }

    private static string At(Session running) => $"{Path}?session={running.Id}";

    private static RazorComponentResult Another() => Pages.Trouble(StatusCodes.Status409Conflict, "This is another sign-in",
        "This browser is not signed in, or not in the session that asked, so nothing was confirmed. Close this window, reload the console and sign in again.", "/", "My applications");
}
