using Doorward.Console.Layout;
using Doorward.Control.Identity.SignIns;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Console.Identity.SignIn;

/// <summary>Signing in through plain forms: name and password, then what else the person has or the application asks for.</summary>
internal static class SignInEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/signin", StartAsync);
        routes.MapPost("/signin", PasswordAsync);
        routes.MapGet("/signin/second", SecondAsync);
        routes.MapPost("/signin/second", CodeAsync);
        routes.MapGet("/signin/recovery", RecoveryAsync);
        routes.MapPost("/signin/recovery", RecoveryCodeAsync);
    }

    private static Task<IResult> StartAsync(SignInSteps steps) => steps.RunAsync(async request =>
    {
        if (await steps.Visit.SessionAsync() is not { } session)
            return await steps.PasswordPageAsync(request, null);
        return await steps.GoOnAsync(session, request);
    });

    private static Task<IResult> PasswordAsync(SignInSteps steps, FactorChecks checks, [FromForm] string? username, [FromForm] string? password, CancellationToken cancel) =>
        steps.RunAsync(async request =>
        {
            var result = await checks.PasswordAsync(username ?? "", password ?? "", steps.Visit.Source, cancel);
            return result is FactorResult.Proved(var progress)
                ? await steps.ProvedAsync(progress, request)
                : await steps.PasswordPageAsync(request, FactorWords.Of(result, "The name or the password is wrong."), username);
        });

    private static Task<IResult> SecondAsync(SignInSteps steps) =>
        steps.RunAsync(request => steps.SecondPageAsync(request, null));

    private static Task<IResult> CodeAsync(SignInSteps steps, FactorChecks checks, [FromForm] string? code, CancellationToken cancel) => steps.RunAsync(async request =>
    {
        if (await steps.ProgressAsync() is not { } progress)
            return Pages.SeeOther(request.At("/signin"));
        var result = await checks.CodeAsync(progress, code ?? "", steps.Visit.Source, cancel);
        return result is FactorResult.Proved(var further)
            ? await steps.ProvedAsync(further, request)
            : await steps.SecondPageAsync(request, FactorWords.Of(result, "That code is wrong, too old, or was used already. Wait for the next one and check your device's clock."));
    });

    private static Task<IResult> RecoveryAsync(SignInSteps steps) => steps.RunAsync(async request =>
        await steps.ProgressAsync() is null ? Pages.SeeOther(request.At("/signin")) : Pages.Render<RecoveryPage>(new { Request = request }));

    private static Task<IResult> RecoveryCodeAsync(SignInSteps steps, FactorChecks checks, [FromForm] string? recovery, CancellationToken cancel) => steps.RunAsync(async request =>
    {
        if (await steps.ProgressAsync() is not { } progress)
            return Pages.SeeOther(request.At("/signin"));
        var result = await checks.RecoveryCodeAsync(progress, recovery ?? "", steps.Visit.Source, cancel);
        if (result is FactorResult.Proved(var further))
            return await steps.ProvedAsync(further, request);
        var (status, text) = FactorWords.Of(result, "That code is wrong or was used already.");
        return Pages.Render<RecoveryPage>(new { Request = request, Problem = text }, status);
    });
}
