using Doorward.Gateway.Connections;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Pages;
using Doorward.Gateway.Routing;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Authentication;

/// <summary>
/// Says who asks: the door's cookie, or a token of ours, never both. The session is held until the request ends, so that
/// every change to it reaches this request.
/// </summary>
internal sealed class SessionMiddleware(RequestDelegate next, SessionResolver resolver, AnonymousTraffic anonymous, TimeProvider clock)
{
    public Task InvokeAsync(HttpContext context)
    {
        var access = context.Access();
        var headers = context.Request.Headers;
        var hasToken = DoorwardToken.IsIn(headers.Authorization);
        var request = context.Canonical();
        var hasCookie = ApplicationCookie.TryFind(headers.Cookie, out var cookie, out var several);
        CredentialKey key = default;
        hasCookie = hasCookie && ApplicationCookie.TryVerify(access.State.CookieKeys, cookie, request.Host, out key);
        if (several || (hasToken && hasCookie))
            return DenialWriter.WriteAsync(context, SessionPages.TwoIdentities());
        if (hasToken)
        {
            if (!DoorwardToken.TryRead(headers.Authorization, out key))
                return DenialWriter.WriteAsync(context, SessionPages.InvalidToken());
            headers.Remove("Authorization"); // ours: no upstream ever sees it
        }
        else if (!hasCookie)
        {
            return next(context);
        }

        return AuthenticateAsync(context, access, key, hasToken, request.Host);
    }

    // A cookie of an ended session is nobody's; who sent it is told what ended it.
    private Task GoOnAsNobodyAsync(HttpContext context, AccessFeature access, Resolution answer)
    {
        access.SessionEnd = answer.End;
        return next(context);
    }

    private async Task AuthenticateAsync(HttpContext context, AccessFeature access, CredentialKey key, bool token, string host)
    {
        // Anybody can write a token: until it is known whose it is, it is nobody's. A cookie that comes as far as this was made by us.
        var place = token && !resolver.Knows(key) ? anonymous.Admit(context) : null;
        var answer = await resolver.FindAsync(key, token, host, context.RequestAborted);
        if (answer.Credential is not { } credential)
        {
            if (!answer.Reached)
                await DenialWriter.WriteAsync(context, SessionPages.CannotResolve());
            else if (token)
                await DenialWriter.WriteAsync(context, SessionPages.InvalidToken());
            else
                await GoOnAsNobodyAsync(context, access, answer);
            return;
        }

        place?.Dispose();
        try
        {
            // A handle opens the one host it was made for, whatever the MAC says: the control plane's word counts.
            if (credential.IsToken || credential.Host == host)
            {
                access.Credential = credential;
                credential.Session.Touch(clock.GetUtcNow());
            }

            await next(context);
        }
        finally
        {
            credential.Session.Release();
        }
    }
}
