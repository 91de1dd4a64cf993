using Doorward.Console.Browsers;
using Doorward.Console.Identity.SignIn;
using Doorward.Console.Layout;
using Doorward.Control.Identity.Clients;
using Doorward.Control.Identity.SignIns;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Doorward.Console.Identity.Oidc;

/// <summary>The two endpoints of the OpenID provider that people come to with a browser. OpenIddict has checked the request before.</summary>
internal static class OidcEndpoints
{
    private static readonly string[] Scheme = [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme];

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(OidcReturn.Authorize, AuthorizeAsync);
        routes.MapGet("/connect/logout", AskAsync);
        routes.MapPost("/connect/logout", SignOutAsync);
    }

    // Step-up as RFC 9470 has it: acr_values and max_age are met before a code is given, or the person is asked.
    private static async Task<IResult> AuthorizeAsync(Visit visit, SignInFlow flow, OidcSubjects subjects, CancellationToken cancel)
    {
        var request = visit.Http.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("OpenIddict lets only its own requests through.");
        var maxAge = request.MaxAge is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, int.MaxValue)) : (TimeSpan?)null;
        var again = request.HasPromptValue(PromptValues.Login) || request.HasPromptValue(PromptValues.SelectAccount) || maxAge == TimeSpan.Zero;
        var wanted = SignInRequest.BackTo(Return(visit.Http.Request, again), OidcAssurance.Wanted(request.AcrValues), again ? TimeSpan.Zero : maxAge);
        if (await visit.SessionAsync() is { } session && !again && flow.Compare(session, wanted) == Lacking.Nothing)
            return Results.SignIn(await subjects.DescribeAsync(session, request.GetScopes(), cancel), authenticationScheme: Scheme[0]);
        return request.HasPromptValue(PromptValues.None) ? Refuse() : Pages.SeeOther(wanted.At("/signin"));
    }

    private static async Task<IResult> AskAsync(Visit visit)
    {
        if (await visit.SessionAsync() is null)
            return Leave(visit.Http);
        var request = visit.Http.GetOpenIddictServerRequest()!;
        if (Uri.TryCreate(request.PostLogoutRedirectUri, UriKind.Absolute, out var target) && OidcReturn.IsPlain(target))
            PageHeaders.AllowFormTarget(visit.Http, target);
        var fields = request.GetParameters().Select(parameter => KeyValuePair.Create(parameter.Key, (string?)parameter.Value)).Where(field => field.Value is not null).ToDictionary();
        return Pages.Render<SignOutPage>(new { Action = "/connect/logout", Fields = fields });
    }

    private static async Task<IResult> SignOutAsync(Visit visit, SignInFlow flow, CancellationToken cancel)
    {
        if (await visit.SessionAsync() is { } session)
            await flow.SignOutAsync(session, visit.Source, cancel);
        visit.SignedOut();
        return Leave(visit.Http);
    }

    // To the client's address, which OpenIddict has checked, or to our own page.
    private static IResult Leave(HttpContext http) => http.GetOpenIddictServerRequest()?.PostLogoutRedirectUri is null
        ? Pages.Render<SignedOutPage>(new { })
        : Results.SignOut(new AuthenticationProperties { RedirectUri = "/signout" }, Scheme);

    private static IResult Refuse() => Results.Forbid(new AuthenticationProperties(new Dictionary<string, string?>
    {
        [OpenIddictServerAspNetCoreConstants.Properties.Error] = Errors.LoginRequired,
        [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = "The person must sign in, or sign in again.",
    }), Scheme);

    // What asks for a fresh sign-in is met by the one that follows, and would be asked for again for ever.
    private static string Return(HttpRequest request, bool again)
    {
        var query = request.Query.Where(parameter => !again || parameter.Key is not ("prompt" or "max_age"))
            .SelectMany(parameter => parameter.Value, (parameter, value) => KeyValuePair.Create(parameter.Key, value));
        return QueryHelpers.AddQueryString(OidcReturn.Authorize, query);
    }
}
