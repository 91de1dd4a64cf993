using System.Net;
using Doorward.Control.Identity.Passkeys;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Doorward.Core.Identifiers;
using Microsoft.AspNetCore.Http;

namespace Doorward.Console.Browsers;

/// <summary>One request of one browser: who it is signed in as, how far it came with signing in, and where it comes from.</summary>
internal sealed class Visit(IHttpContextAccessor accessor, SealedCookies cookies, SessionStore sessions)
{
    private const string SessionCookie = "__Host-doorward-auth";
    private const string ProgressCookie = "__Host-doorward-signin";
    private const string ChallengeCookie = "__Host-doorward-passkey";
    private const string BrowserCookie = "__Host-doorward-browser";
    private static readonly TimeSpan BrowserLifetime = TimeSpan.FromDays(180);

    internal HttpContext Http { get; } = accessor.HttpContext ?? throw new InvalidOperationException("There is a visit only during a request.");

    internal AttemptSource Source => new(
        Http.Connection.RemoteIpAddress ?? IPAddress.None,
        Http.Request.Headers.UserAgent.ToString() is { Length: > 0 } agent ? agent[..Math.Min(agent.Length, 256)] : null,
        cookies.Read<KnownBrowser>(Http, BrowserCookie));

    /// <summary>What was proved in a sign-in that is not complete.</summary>
    internal SignInProgress? Progress => cookies.Read<SignInProgress>(Http, ProgressCookie);

    internal async Task<Session?> SessionAsync() =>
        Http.Request.Cookies.TryGetValue(SessionCookie, out var cookie) ? await sessions.FindByCookieAsync(cookie, Http.RequestAborted) : null;

    internal void Keep(SignInProgress progress) => cookies.Write(Http, ProgressCookie, progress, SignInProgress.Lifetime);

    /// <summary>Keeps what the answer of an authenticator will be checked against.</summary>
    internal void Keep(PasskeyChallenge challenge) =>
        cookies.Write(Http, ChallengeCookie, new ChallengeState(challenge.Ceremony, challenge.State ?? ""), PasskeyCeremonies.Lifetime);

    internal string? TakeChallenge(PasskeyCeremony ceremony)
    {
        var kept = cookies.Read<ChallengeState>(Http, ChallengeCookie);
        SealedCookies.Delete(Http, ChallengeCookie);
        return kept?.Ceremony == ceremony ? kept.State : null;
    }

    /// <summary>Gives the browser its new sign-in cookie; the value before it, if any, is dead already.</summary>
    internal void SignedIn(SignedIn signedIn)
    {
        SealedCookies.Delete(Http, ProgressCookie);
        Http.Response.Cookies.Append(SessionCookie, signedIn.Cookie, SealedCookies.Options(null));
        var known = Source.KnownBrowser is { } browser && browser.UserId == signedIn.Session.UserId
            ? browser
            : new KnownBrowser(signedIn.Session.UserId, Identifier.New("brw"));
        cookies.Write(Http, BrowserCookie, known, BrowserLifetime);
    }

    internal void SignedOut()
    {
        SealedCookies.Delete(Http, SessionCookie);
        SealedCookies.Delete(Http, ProgressCookie);
    }

    private sealed record ChallengeState(PasskeyCeremony Ceremony, string State);
}
