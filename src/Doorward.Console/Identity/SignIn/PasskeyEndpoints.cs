using System.Net.Mime;
using Doorward.Console.Browsers;
using Doorward.Console.Layout;
using Doorward.Control.Identity.Passkeys;
using Doorward.Control.Identity.SignIns;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Console.Identity.SignIn;

/// <summary>Signing in with a passkey, with or without having typed a name first.</summary>
internal static class PasskeyEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/signin/passkey/options", AskAsync);
        routes.MapPost("/signin/passkey", ProveAsync);
    }

    // Who the person is is told to the browser only once they are known by another factor.
    private static async Task<IResult> AskAsync(Visit visit, SignInSteps steps, PasskeyCeremonies passkeys)
    {
        var challenge = await passkeys.AskAsync(visit.Http, (await steps.ProgressAsync())?.UserId);
        visit.Keep(challenge);
        return Results.Text(challenge.OptionsJson, MediaTypeNames.Application.Json);
    }

    private static Task<IResult> ProveAsync(SignInSteps steps, PasskeyCeremonies passkeys, [FromForm] string? credential, CancellationToken cancel) => steps.RunAsync(async request =>
    {
        var result = await passkeys.ProveAsync(steps.Visit.Http, credential ?? "", steps.Visit.TakeChallenge(PasskeyCeremony.Use), steps.Visit.Source, cancel);
        if (result is FactorResult.Proved(var progress))
            return await steps.CompleteAsync(progress, request);
        var problem = FactorWords.Of(result, "This passkey was not accepted. It may have been removed here, or it took too long.");
        return await steps.ProgressAsync() is null ? await steps.PasswordPageAsync(request, problem) : await steps.SecondPageAsync(request, problem);
    });
}
