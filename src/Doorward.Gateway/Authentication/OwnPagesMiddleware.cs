using Doorward.Core.Protocol;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Pages;
using Doorward.Gateway.Routing;
using Grpc.Core;
using Microsoft.AspNetCore.Http;
using SessionsClient = Doorward.Core.Protocol.Sessions.SessionsClient;

namespace Doorward.Gateway.Authentication;

/// <summary>Answers below <c>/.doorward/</c> on every application's host: the end of a sign-in, signing out, who am I.</summary>
internal sealed class OwnPagesMiddleware(
    RequestDelegate next, ControlPlaneConnection connection, StateCell cell, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan CallTimeout = TimeSpan.FromSeconds(5);
    private readonly SessionsClient _sessions = new(connection.Channel);

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Canonical();
        return !request.IsOwnPath
            ? next(context)
            : request.Path switch
            {
                OwnPaths.Prefix + "callback" => FinishAsync(context, request),
                OwnPaths.Prefix + "signout" => SignOutAsync(context, request),
                OwnPaths.Prefix + "whoami" => WhoAmI.WriteAsync(context),
                _ => DenialWriter.WriteAsync(context, RefusalPages.NotFound()),
            };
    }

    private async Task FinishAsync(HttpContext context, CanonicalRequest request)
    {
        context.Response.Headers.CacheControl = "no-store";
        var keys = context.Access().State.CookieKeys;
        var code = context.Request.Query["code"].ToString();
        var flowState = context.Request.Query["state"].ToString();
        var name = SignInFlow.CookiePrefix + flowState;
        if (code.Length is 0 or > 256 || flowState.Length is 0 or > 64
            || context.Request.Cookies[name] is not { } cookie
            || SignInFlow.Open(keys, cookie, request.Host, flowState, clock.GetUtcNow()) is not { } flow)
        {
            await DenialWriter.WriteAsync(context, SessionPages.FlowUnknown());
            return;
        }

        // Used or not, this flow is over.
        context.Response.Cookies.Delete(name, SignInRedirect.Options(null));
        if (await RedeemAsync(code, request.Host, flow, context.RequestAborted) is not { } reply || keys.Newest is not { } key)
            await DenialWriter.WriteAsync(context, SessionPages.CannotSignIn());
        else if (!reply.Redeemed)
            await DenialWriter.WriteAsync(context, SessionPages.CodeRefused());
        else if (!await cell.WaitForAsync(reply.Revision, Patience, context.RequestAborted))
            await DenialWriter.WriteAsync(context, SessionPages.CannotSignIn());
        else
            await LetGoOnAsync(context, flow, reply, ApplicationCookie.Make(key, reply.Handle, request.Host));
    }

    private async Task LetGoOnAsync(HttpContext context, SignInFlow flow, RedeemReply reply, string cookie)
    {
        var life = reply.Session.Expires.ToDateTimeOffset() - clock.GetUtcNow();
        context.Response.Cookies.Append(ApplicationCookie.Name, cookie, SignInRedirect.Options(life));

        // What was being sent is gone; sending it again is for the person to decide.
        if (!flow.CanRepeat)
        {
            await DenialWriter.WriteAsync(context, SessionPages.SendAgain(flow.From));
            return;
        }

        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = IsOnThisHost(flow.Target) ? flow.Target : "/";
    }

    // "//host" and "/\host" are other hosts to a browser. Nothing but our own cookie can say so, and still it is looked at.
    private static bool IsOnThisHost(string target) => target.StartsWith('/') && (target.Length == 1 || target[1] is not ('/' or '\\'));

    private async Task<RedeemReply?> RedeemAsync(string code, string host, SignInFlow flow, CancellationToken aborted)
    {
        using var limit = new CancellationTokenSource(CallTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, aborted);
        try
        {
            return await _sessions.RedeemAsync(
                new RedeemRequest { Code = code, Host = host, Browser = flow.Nonce }, cancellationToken: either.Token);
        }
        catch (RpcException)
        {
            return null;
        }
    }

    private static Task SignOutAsync(HttpContext context, CanonicalRequest request)
    {
        if (request.Method != "POST")
            return DenialWriter.WriteAsync(context, SessionPages.MethodRefused());
        if (request.Origin is null || !OriginRules.IsOwn(request, request.Origin))
            return DenialWriter.WriteAsync(context, SessionPages.ForeignOrigin());
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Location =
            $"{context.Access().State.Settings.AuthOrigin}/signout?host={Uri.EscapeDataString(request.Host)}";
        return Task.CompletedTask;
    }
}
