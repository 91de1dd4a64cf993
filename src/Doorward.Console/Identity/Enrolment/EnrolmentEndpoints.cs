using System.Net.Mime;
using Doorward.Console.Browsers;
using Doorward.Console.Identity.SignIn;
using Doorward.Console.Layout;
using Doorward.Control.Identity;
using Doorward.Control.Identity.Invitations;
using Doorward.Control.Identity.Passkeys;
using Doorward.Control.Identity.SignIns;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Console.Identity.Enrolment;

/// <summary>
/// From an invitation link to a first sign-in. Opening the link changes nothing (mail programs open links too); the form
/// on it uses the link up, and what follows is allowed by an encrypted cookie of this browser.
/// </summary>
internal static class EnrolmentEndpoints
{
    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/invitation/{secret}", OpenAsync);
        routes.MapPost("/invitation/{secret}", AcceptAsync);
        routes.MapGet("/enrolment", ChooseAsync);
        routes.MapPost("/enrolment", PasswordAndCodeAsync);
        routes.MapPost("/enrolment/passkey/options", OfferAsync);
        routes.MapPost("/enrolment/passkey", PasskeyAsync);
    }

    private static async Task<IResult> OpenAsync(string secret, InvitationLinks links, EnrolmentSteps steps, CancellationToken cancel) =>
        await links.IsGoodAsync(secret, cancel) ? Pages.Render<InvitationPage>(new { Action = $"/invitation/{secret}" }) : await UsedAsync(secret, steps);

    private static async Task<IResult> AcceptAsync(string secret, InvitationLinks links, EnrolmentSteps steps, CancellationToken cancel)
    {
        if (await links.RedeemAsync(secret, cancel) is not { } accepted)
            return await UsedAsync(secret, steps);
        steps.Begin(accepted);
        return Pages.SeeOther("/enrolment");
    }

    private static async Task<IResult> ChooseAsync(EnrolmentSteps steps) => await steps.PersonAsync() is { } user ? steps.Page(user, null, null) : Expired();

    private static async Task<IResult> PasswordAndCodeAsync(
        EnrolmentSteps steps, Credentials credentials, [FromForm] string? password, [FromForm] string? secret, [FromForm] string? code, CancellationToken cancel)
    {
        if (await steps.PersonAsync() is not { } user)
            return Expired();
        var shown = steps.OpenSecret(user, secret);
        var problem = shown is null
            ? new CredentialProblem("code", "This form is out of date.", "Scan the new picture.")
            : await credentials.EnrolAsync(user.Id, user.SecurityEpoch, password ?? "", shown, code ?? "", steps.Visit.Source, cancel);
        return problem is null ? await steps.FinishAsync(user.Id, ["pwd", "otp", "mfa"], assurance: 2, cancel) : steps.Page(user, shown, problem);
    }

    private static async Task<IResult> OfferAsync(EnrolmentSteps steps, PasskeyCeremonies passkeys)
    {
        if (await steps.PersonAsync() is not { } user)
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        var challenge = await passkeys.OfferAsync(steps.Visit.Http, user.Id);
        steps.Visit.Keep(challenge);
        return Results.Text(challenge.OptionsJson, MediaTypeNames.Application.Json);
    }

    private static async Task<IResult> PasskeyAsync(EnrolmentSteps steps, PasskeyCeremonies passkeys, [FromForm] string? credential, CancellationToken cancel)
    {
        if (await steps.PersonAsync() is not { } user)
            return Expired();
        var (problem, method) = await passkeys.EnrolAsync(steps.Visit.Http, user, credential ?? "", steps.Visit.TakeChallenge(PasskeyCeremony.Make), steps.Visit.Source, cancel);
        return problem is null ? await steps.FinishAsync(user.Id, [method, "mfa"], assurance: 3, cancel) : steps.Page(user, null, problem);
    }

    // Opened again where it was accepted, it goes on from there; everywhere else it is as good as one that never was.
    private static async Task<IResult> UsedAsync(string secret, EnrolmentSteps steps) => await steps.IsUnderWayAsync(secret) ? Pages.SeeOther("/enrolment") : Expired();

    private static RazorComponentResult Expired() => Pages.Trouble(
        StatusCodes.Status410Gone,
        "This link is no longer good",
        "Invitation links work once and for 24 hours. If you have just opened it, go on in the browser where you did. Otherwise ask an administrator for a new one "
        + "(doorward user invite NAME); the first administrator gets one by starting Doorward again.",
        "/signin",
        "Sign in");
}
