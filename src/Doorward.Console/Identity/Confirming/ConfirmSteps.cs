using Doorward.Console.Browsers;
using Doorward.Console.Layout;
using Doorward.Control.Identity;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Http;

namespace Doorward.Console.Identity.Confirming;

/// <summary>What a confirmation still needs, of the session that this browser is signed in with.</summary>
internal sealed class ConfirmSteps(Visit visit, Credentials credentials, Confirmations confirmations)
{
    internal Visit Visit => visit;

    /// <summary>The session that was named, when this browser is signed in with that one; the name alone opens nothing.</summary>
    internal async Task<Session?> SessionAsync(string? named) => await visit.SessionAsync() is { } session && session.Id == named ? session : null;

    internal async Task<bool> IsDoneAsync(Session session) => (await confirmations.OfAsync(session.Id, visit.Http.RequestAborted)).Until is not null;

    internal async Task<IResult> AskAsync(Session session, string back, (int Status, string Text)? problem)
    {
        var factors = await credentials.FindAsync(session.UserId, visit.Http.RequestAborted);
        var standing = await confirmations.OfAsync(session.Id, visit.Http.RequestAborted);
        if (standing.Passkey)
        {
            return Pages.Render<ConfirmPage>(
                new { Name = factors.Person.UserName, Action = back.Replace("/confirm", "/confirm/passkey", StringComparison.Ordinal), Problem = problem?.Text }, problem?.Status ?? StatusCodes.Status200OK);
        }

        // Everything they have, and just now: the sign-in pages ask for a password when the last one is older.
        var request = SignInRequest.BackTo(back, factors.HasSecond ? 2 : 1, standing.Length);
        return Pages.SeeOther(request.At(session.IdentityProvider is { } provider ? $"/signin/with/{Uri.EscapeDataString(provider)}" : "/signin"));
    }
}
