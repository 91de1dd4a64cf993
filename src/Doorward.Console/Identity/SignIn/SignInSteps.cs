using Doorward.Console.Browsers;
using Doorward.Console.Devices;
using Doorward.Console.Layout;
using Doorward.Control.Identity;
using Doorward.Control.Identity.Providers;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Http;

namespace Doorward.Console.Identity.SignIn;

/// <summary>What comes next in a sign-in: the page for the factor that is missing, or the way back to who asked.</summary>
internal sealed class SignInSteps(Visit visit, SignInFlow flow, Credentials credentials, KnownHosts hosts, IdentityProviders providers, DeviceStep device)
{
    private string? application;

    internal Visit Visit => visit;

    private CancellationToken Cancel => visit.Http.RequestAborted;

    /// <summary>Reads what the sign-in is for from the address, checks it, and lets this page's forms lead there.</summary>
    internal async Task<IResult> RunAsync(Func<SignInRequest, Task<IResult>> step)
    {
        if (SignInRequest.Parse(visit.Http.Request.Query) is not { } request)
            return Pages.Trouble(StatusCodes.Status400BadRequest, "This link is not complete", "Open the application again; it will bring you back here.", "/", "My applications");
        if (request.Host is { } host)
        {
            if (await hosts.FindAsync(host, Cancel) is not { } known)
                return Pages.Trouble(StatusCodes.Status404NotFound, "There is no such application", $"No application answers at {DisplayText.Of(host)}. It may have been removed or renamed.", "/", "My applications");
            application = known.Application;
            PageHeaders.AllowFormTarget(visit.Http, new Uri(known.Origin));
        }
        else if (OidcReturn.FormTarget(request.Return) is { } client)
        {
            PageHeaders.AllowFormTarget(visit.Http, client);
        }
        return await step(request);
    }

    /// <summary>What is proved so far: in this sign-in, or by the session that is to be raised.</summary>
    internal async Task<SignInProgress?> ProgressAsync()
    {
        if (visit.Progress is { } progress)
            return progress;
        return await visit.SessionAsync() is { } session ? SignInFlow.Progress(session) : null;
    }

    internal async Task<IResult> ProvedAsync(SignInProgress progress, SignInRequest request)
    {
        var factors = await credentials.FindAsync(progress.UserId, Cancel);
        if (progress.Assurance < 2 && factors.HasSecond && progress.IdentityProvider is null)
        {
            visit.Keep(progress);
            return Pages.SeeOther(request.At("/signin/second"));
        }
        return await CompleteAsync(progress, request);
    }

    internal async Task<IResult> CompleteAsync(SignInProgress progress, SignInRequest request)
    {
        if (await flow.CompleteAsync(progress, await visit.SessionAsync(), visit.Source, Cancel) is not { } signedIn)
            return await PasswordPageAsync(request, (StatusCodes.Status422UnprocessableEntity, "This sign-in is not valid any more. Start again."));
        visit.SignedIn(signedIn);
        // Just proved: a maximum age of 0 is met now, and would never be met later.
        return signedIn.Session.Assurance < request.Assurance ? Pages.SeeOther(request.At("/signin/second")) : await device.LeadAsync(signedIn.Session, request, isFresh: true) ?? await BackAsync(signedIn.Session, request);
    }

    /// <summary>For someone who is signed in: straight back, or asked for exactly what is missing.</summary>
    internal async Task<IResult> GoOnAsync(Session session, SignInRequest request)
    {
        var lacking = flow.Compare(session, request);
        if (lacking == Lacking.Nothing)
            return await device.LeadAsync(session, request, isFresh: false) ?? await BackAsync(session, request);
        return lacking.HasFlag(Lacking.Freshness) ? await PasswordPageAsync(request, null) : await SecondPageAsync(request, null);
    }

    /// <summary>For someone whose device was asked for: on to where they were going; a session that has not come so far is asked what it lacks.</summary>
    internal async Task<IResult> CheckedAsync(SignInRequest request) => await visit.SessionAsync() switch
    {
        null => await PasswordPageAsync(request, null),
        { } session when device.Passes(session, request) => await BackAsync(session, request),
        { } session when flow.Compare(session, request) == Lacking.Nothing => await BackAsync(session, request),
        { } session => await GoOnAsync(session, request),
    };

    internal async Task<IResult> PasswordPageAsync(SignInRequest request, (int Status, string Text)? problem, string? typed = null)
    {
        var session = await visit.SessionAsync();
        var name = session is null ? typed : typed ?? (await credentials.FindAsync(session.UserId, Cancel)).Person.UserName;
        var choices = (await providers.ListAsync(Cancel)).Select(provider => new ProviderChoice(provider.Name, provider.Display)).ToList();
        return Pages.Render<PasswordPage>(
            new { Request = request, Application = application, Name = name, Again = session is not null, Problem = problem?.Text, Providers = choices },
            problem?.Status ?? StatusCodes.Status200OK);
    }

    internal async Task<IResult> SecondPageAsync(SignInRequest request, (int Status, string Text)? problem)
    {
        if (await ProgressAsync() is not { } progress)
            return Pages.SeeOther(request.At("/signin"));
        var session = await visit.SessionAsync();
        var stepUp = visit.Progress is null;
        var needed = stepUp ? request.Assurance : 2;
        if (stepUp && session!.Assurance >= needed)
            return await GoOnAsync(session, request);
        var factors = await credentials.FindAsync(progress.UserId, Cancel);
        var (code, passkey) = (factors.HasTotp && needed < 3, factors.Passkeys.Count > 0);
        if (progress.IdentityProvider is not null || (!code && !passkey))
            return Pages.Render<MissingFactorPage>(new { Request = request, Application = application, Federated = progress.IdentityProvider is not null }, StatusCodes.Status403Forbidden);
        return Pages.Render<SecondFactorPage>(
            new { Request = request, Application = application, OffersCode = code, OffersPasskey = passkey, OffersRecovery = factors.RecoveryCodes > 0 && needed < 3, StepUp = stepUp, Problem = problem?.Text },
            problem?.Status ?? StatusCodes.Status200OK);
    }

    private async Task<IResult> BackAsync(Session session, SignInRequest request) =>
        await flow.WayBackAsync(session, request, Cancel) is { } location
            ? Pages.SeeOther(location)
            : await PasswordPageAsync(request, (StatusCodes.Status422UnprocessableEntity, "Your session ended meanwhile. Sign in again."));
}
