using Doorward.Console.Browsers;
using Doorward.Console.Layout;
using Doorward.Control.Identity;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.Http;

namespace Doorward.Console.SelfService;

/// <summary>Pages about the person who is signed in: nobody else's id is ever taken from a request.</summary>
internal sealed class OwnAccount(Visit visit, Credentials credentials, TimeProvider time)
{
    /// <summary>How recently people must have signed in to change how they sign in (ASVS 5.0 7.5.1).</summary>
    internal static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    internal Visit Visit => visit;

    /// <summary>Runs for the person who is signed in; anybody else signs in first.</summary>
    internal async Task<IResult> RunAsync(string path, Func<Session, PersonFactors, Task<IResult>> step)
    {
        if (await visit.SessionAsync() is not { } session)
            return Pages.SeeOther(SignInRequest.BackTo(path).At("/signin"));
        return await step(session, await credentials.FindAsync(session.UserId, visit.Http.RequestAborted));
    }

    /// <summary>As <see cref="RunAsync"/>, for changes of factors: with all the person has, and just now.</summary>
    internal Task<IResult> RunFreshAsync(string path, Func<Session, PersonFactors, Task<IResult>> step) => RunAsync(path, async (session, factors) =>
        IsFresh(session, factors) ? await step(session, factors) : Pages.SeeOther(FreshSignIn(path, factors)));

    internal bool IsFresh(Session session, PersonFactors factors) => session.Authenticated + Fresh >= time.GetUtcNow() && session.Assurance >= Needed(factors);

    internal static string FreshSignIn(string path, PersonFactors factors) => SignInRequest.BackTo(path, Needed(factors), Fresh).At("/signin");

    private static int Needed(PersonFactors factors) => factors.HasSecond ? 2 : 1;
}
