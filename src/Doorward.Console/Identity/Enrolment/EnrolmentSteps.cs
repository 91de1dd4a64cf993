using Doorward.Console.Browsers;
using Doorward.Console.Identity.Recovery;
using Doorward.Console.Layout;
using Doorward.Control.Identity;
using Doorward.Control.Identity.Invitations;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Http;

namespace Doorward.Console.Identity.Enrolment;

/// <summary>Carries an accepted invitation through the pages that follow it.</summary>
internal sealed class EnrolmentSteps(
    Visit visit, SealedCookies cookies, InvitationLinks links, Credentials credentials, SignInFlow flow, ShownCodes shown, TotpForms totp, TimeProvider time)
{
    private const string Cookie = "__Host-doorward-enrolment";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    internal Visit Visit => visit;

    internal void Begin(AcceptedInvitation invitation) =>
        cookies.Write(visit.Http, Cookie, new Accepted(invitation.Id, invitation.Person.SecurityEpoch), Lifetime);

    /// <summary>Who is being enrolled; null once the cookie expired, or factors were set since (by this link or otherwise).</summary>
    internal async Task<User?> PersonAsync()
    {
        if (cookies.Read<Accepted>(visit.Http, Cookie) is not { } accepted)
            return null;
        return await links.FindAcceptedAsync(accepted.Invitation, visit.Http.RequestAborted) is { } person && person.SecurityEpoch == accepted.SecurityEpoch ? person : null;
    }

    /// <summary>Whether this browser accepted the link, and has not finished.</summary>
    internal async Task<bool> IsUnderWayAsync(string secret) => cookies.Read<Accepted>(visit.Http, Cookie) is { } accepted
        && await links.IsAsync(secret, accepted.Invitation, visit.Http.RequestAborted) && await PersonAsync() is not null;

    internal string? OpenSecret(User user, string? protectedSecret) => totp.Open(user.Id, protectedSecret);

    internal IResult Page(User user, string? secret, CredentialProblem? problem) => Pages.Render<EnrolmentPage>(
        new { Name = user.UserName, Totp = totp.Make(user, secret), Problem = problem },
        problem is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity);

    /// <summary>Signs the new person in and goes on to the recovery codes, the only time they can be seen.</summary>
    internal async Task<IResult> FinishAsync(string userId, string[] methods, int assurance, CancellationToken cancel)
    {
        var factors = await credentials.FindAsync(userId, cancel);
        var progress = new SignInProgress { UserId = userId, Methods = methods, Assurance = assurance, At = time.GetUtcNow(), SecurityEpoch = factors.Person.SecurityEpoch };
        if (await flow.CompleteAsync(progress, await visit.SessionAsync(), visit.Source, cancel) is not { } signedIn)
            return Pages.SeeOther("/signin");
        visit.SignedIn(signedIn);
        SealedCookies.Delete(visit.Http, Cookie);
        var codes = await credentials.NewRecoveryCodesAsync(signedIn.Session, visit.Source, cancel);
        shown.Keep(signedIn.Session, factors.Person.UserName, codes, first: true);
        return Pages.SeeOther(RecoveryCodeEndpoints.Path);
    }

    private sealed record Accepted(string Invitation, long SecurityEpoch);
}
