using Doorward.Console.Browsers;
using Doorward.Console.Identity.Agents;
using Doorward.Console.Identity.SignIn;
using Doorward.Console.Layout;
using Doorward.Control.Identity.Agents;
using Doorward.Control.Identity.Clients;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Storage;
using Microsoft.AspNetCore;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
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
        routes.MapPost(OidcReturn.Authorize, AllowAsync);
        routes.MapGet("/connect/logout", AskAsync);
        routes.MapPost("/connect/logout", SignOutAsync);
    }

    // Step-up as RFC 9470 has it: acr_values and max_age are met before a code is given, or the person is asked.
    private static async Task<IResult> AuthorizeAsync(Visit visit, SignInFlow flow, OidcSubjects subjects, DoorwardDb db, CancellationToken cancel)
    {
        var request = visit.Http.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("OpenIddict lets only its own requests through.");
        var maxAge = MaxAgeOf(request);
        var again = request.HasPromptValue(PromptValues.Login) || request.HasPromptValue(PromptValues.SelectAccount) || maxAge == TimeSpan.Zero;
        var wanted = SignInRequest.BackTo(Return(visit.Http.Request, again), OidcAssurance.Wanted(request.AcrValues), again ? TimeSpan.Zero : maxAge);
        if (await visit.SessionAsync() is { } session && !again && flow.Compare(session, wanted) == Lacking.Nothing)
        {
            if (AgentClient.Is(request.ClientId))
                return await AskToAllowAsync(visit, db, session, request);
            return Results.SignIn(await subjects.DescribeAsync(session, request.GetScopes(), cancel), authenticationScheme: Scheme[0]);
        }

        return request.HasPromptValue(PromptValues.None) ? Refuse(Errors.LoginRequired, "The person must sign in, or sign in again.") : Pages.SeeOther(wanted.At("/signin"));
    }

    // The command line may act for a person only if they say so, each time: any program of theirs can send a browser here.
    private static async Task<IResult> AskToAllowAsync(Visit visit, DoorwardDb db, Session session, OpenIddictRequest request)
    {
        if (request.HasPromptValue(PromptValues.None))
            return Refuse(Errors.ConsentRequired, "The person must allow it.");
        if (Uri.TryCreate(request.RedirectUri, UriKind.Absolute, out var target))
            PageHeaders.AllowFormTarget(visit.Http, target);
        return await AgentEndpoints.AskAsync(visit, db, session, AgentClient.MachineOf(request), visit.Source.Address.ToString(), OidcReturn.Authorize, FieldsOf(request));
    }

    private static async Task<IResult> AllowAsync(Visit visit, SignInFlow flow, OidcSubjects subjects, [FromForm] string? choice, CancellationToken cancel)
    {
        var request = visit.Http.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("OpenIddict lets only its own requests through.");
        if (!AgentClient.Is(request.ClientId))
            return Refuse(Errors.InvalidRequest, "Nothing is asked of the person for this client.");
        if (choice != "allow")
            return Refuse(Errors.AccessDenied, "The person did not allow it.");
        var wanted = SignInRequest.BackTo("/", OidcAssurance.Wanted(request.AcrValues), MaxAgeOf(request));
        if (await visit.SessionAsync() is not { } session || flow.Compare(session, wanted) != Lacking.Nothing)
            return Refuse(Errors.LoginRequired, "The person must sign in, or sign in again.");
        return await AgentEndpoints.AllowAsync(subjects, session, AgentClient.MachineOf(request), null, cancel);
    }

    private static TimeSpan? MaxAgeOf(OpenIddictRequest request) => request.MaxAge is { } seconds ? TimeSpan.FromSeconds(Math.Clamp(seconds, 0, int.MaxValue)) : null;

    private static Dictionary<string, string?> FieldsOf(OpenIddictRequest request) =>
        request.GetParameters().Select(parameter => KeyValuePair.Create(parameter.Key, (string?)parameter.Value)).Where(field => field.Value is not null).ToDictionary();

    private static async Task<IResult> AskAsync(Visit visit)
    {
        if (await visit.SessionAsync() is null)
            return Leave(visit.Http);
        var request = visit.Http.GetOpenIddictServerRequest()!;
        if (Uri.TryCreate(request.PostLogoutRedirectUri, UriKind.Absolute, out var target) && OidcReturn.IsPlain(target))
            PageHeaders.AllowFormTarget(visit.Http, target);
        return Pages.Render<SignOutPage>(new { Action = "/connect/logout", Fields = FieldsOf(request) });
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

    private static IResult Refuse(string error, string why) => Results.Forbid(new AuthenticationProperties(new Dictionary<string, string?>
    {
        [OpenIddictServerAspNetCoreConstants.Properties.Error] = error,
        [OpenIddictServerAspNetCoreConstants.Properties.ErrorDescription] = why,
    }), Scheme);

    // What asks for a fresh sign-in is met by the one that follows, and would be asked for again for ever.
    private static string Return(HttpRequest request, bool again)
    {
        var query = request.Query.Where(parameter => !again || parameter.Key is not ("prompt" or "max_age"))
            .SelectMany(parameter => parameter.Value, (parameter, value) => KeyValuePair.Create(parameter.Key, value));
        return QueryHelpers.AddQueryString(OidcReturn.Authorize, query);
    }
}
