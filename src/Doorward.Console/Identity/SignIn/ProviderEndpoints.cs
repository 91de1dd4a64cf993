using Doorward.Console.Browsers;
using Doorward.Console.Layout;
using Doorward.Control.Identity.Providers;
using Doorward.Control.Identity.SignIns;
using Doorward.Core.Identifiers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Doorward.Console.Identity.SignIn;

/// <summary>Signing in through another OpenID Connect provider: there with state, nonce and PKCE, back with a code.</summary>
internal static class ProviderEndpoints
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/signin/with/{name}", LeaveAsync);
        routes.MapGet("/signin/from/{name}", ReturnAsync);
    }

    private static Task<IResult> LeaveAsync(string name, SignInSteps steps, IdentityProviders providers, SealedCookies cookies, ILoggerFactory loggers, CancellationToken cancel) =>
        steps.RunAsync(async request =>
        {
            if (await providers.FindAsync(name, cancel) is not { } provider)
                return NoProvider();
            try
            {
                var again = await steps.Visit.SessionAsync() is not null || request.MaxAge is not null;
                var (address, flow) = await provider.BeginAsync(request, again, cancel);
                cookies.Write(steps.Visit.Http, Cookie(flow.State), flow, Lifetime);
                return Pages.SeeOther(address.AbsoluteUri);
            }
            catch (UpstreamException problem)
            {
                return Outage(provider, problem, request.At("/signin"), loggers);
            }
        });

    private static async Task<IResult> ReturnAsync(
        string name, SignInSteps steps, IdentityProviders providers, FederatedPeople people, SealedCookies cookies, ILoggerFactory loggers, CancellationToken cancel)
    {
        var http = steps.Visit.Http;
        string? state = http.Request.Query["state"], code = http.Request.Query["code"], issuer = http.Request.Query["iss"];
        var flow = state is { Length: <= 64 } && state.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') ? cookies.Read<UpstreamFlow>(http, Cookie(state)) : null;
        if (flow is null || flow.State != state || flow.Provider != name || await providers.FindAsync(name, cancel) is not { } provider)
            return Pages.Trouble(StatusCodes.Status400BadRequest, "This sign-in is over", "It took too long, was begun in another browser, or was used already. Start again.", "/signin", "Sign in");
        SealedCookies.Delete(http, Cookie(flow.State));
        http.Request.QueryString = new QueryString(flow.Query);
        return await steps.RunAsync(async request =>
        {
            if (string.IsNullOrEmpty(code))
                return Refused(provider, request);
            try
            {
                var person = await provider.CompleteAsync(flow, code, issuer, cancel);
                return await people.RecogniseAsync(provider, person, cancel) is { } progress
                    ? await steps.ProvedAsync(progress, request)
                    : Pages.Trouble(StatusCodes.Status403Forbidden, "You have no access here", $"{DisplayText.Of(provider.Display)} knows you, but this installation does not let you in. Ask an administrator.", request.At("/signin"), "Sign in another way");
            }
            catch (UpstreamException problem)
            {
                return Outage(provider, problem, request.At("/signin"), loggers);
            }
        });
    }

    private static RazorComponentResult NoProvider() => Pages.Trouble(StatusCodes.Status404NotFound, "There is no such provider", "It was removed or switched off. Sign in another way.", "/signin", "Sign in");

    private static RazorComponentResult Refused(UpstreamProvider provider, SignInRequest request) => Pages.Trouble(
        StatusCodes.Status403Forbidden, "You were not signed in", $"{DisplayText.Of(provider.Display)} did not sign you in: it was cancelled there, or refused.", request.At("/signin"), "Try again");

    private static RazorComponentResult Outage(UpstreamProvider provider, UpstreamException problem, string again, ILoggerFactory loggers)
    {
        var reference = Identifier.New("err");
        ProviderLog.Failed(loggers.CreateLogger("Doorward.Console.Identity.SignIn"), provider.Name, reference, problem);
        return Pages.Trouble(StatusCodes.Status502BadGateway, $"{DisplayText.Of(provider.Display)} does not work right now",
            $"The sign-in through {DisplayText.Of(provider.Display)} failed: {problem.Message}. Try again later, or sign in another way. Reference: {reference}", again, "Back to sign-in");
    }

    private static string Cookie(string state) => $"__Host-doorward-upstream-{state[..Math.Min(state.Length, 16)]}";
}

internal static partial class ProviderLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "Sign-in through the identity provider {Provider} failed ({Reference})")]
    internal static partial void Failed(ILogger logger, string provider, string reference, Exception reason);
}
