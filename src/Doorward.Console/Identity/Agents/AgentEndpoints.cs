using Doorward.Console.Browsers;
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
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;
using OpenIddict.Abstractions;
using OpenIddict.Server.AspNetCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace Doorward.Console.Identity.Agents;

/// <summary>The page of RFC 8628 section 3.3: a person enters the code that a machine shows, sees what asks, and allows it or not.</summary>
internal static class AgentEndpoints
{
    private static readonly string[] Scheme = [OpenIddictServerAspNetCoreDefaults.AuthenticationScheme];

    internal static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(AgentClient.CodePath, ShowAsync);
        routes.MapPost(AgentClient.CodePath, AnswerAsync);
        routes.MapGet($"{AgentClient.CodePath}/allowed", static () => Pages.Render<AgentAnsweredPage>(new { Allowed = true }));
        routes.MapGet($"{AgentClient.CodePath}/denied", static () => Pages.Render<AgentAnsweredPage>(new { Allowed = false }));
    }

    /// <summary>Asks a person whether the command line may act for them.</summary>
    internal static async Task<IResult> AskAsync(Visit visit, DoorwardDb db, Session session, string machine, string address, string action, IReadOnlyDictionary<string, string?> fields, string? code = null) =>
        Pages.Render<AllowAgentPage>(new
        {
            Name = await db.Users.Where(user => user.Id == session.UserId).Select(static user => user.UserName).SingleAsync(visit.Http.RequestAborted) ?? "",
            Machine = machine,
            Address = address,
            Action = action,
            Fields = fields,
            Code = code,
        });

    /// <summary>Lets it: OpenIddict goes on with the code, which a session of the command line is made of.</summary>
    internal static async Task<IResult> AllowAsync(OidcSubjects subjects, Session session, string? machine, AuthenticationProperties? then, CancellationToken cancel)
    {
        var allowed = await subjects.DescribeAsync(session, [], cancel);
        allowed.SetClaim(AgentClient.MachineClaim, machine);
        return Results.SignIn(allowed, then, Scheme[0]);
    }

    private static async Task<IResult> ShowAsync(Visit visit, DeviceCodes codes, DoorwardDb db, IStringLocalizer<AgentsText> text)
    {
        var request = visit.Http.GetOpenIddictServerRequest() ?? throw new InvalidOperationException("OpenIddict takes this path for its own.");
        if (await visit.SessionAsync() is not { } session)
            return ToSignIn(visit.Http.Request);
        if (string.IsNullOrEmpty(request.UserCode))
            return Pages.Render<UserCodePage>(new { });
        // People type letters as they like.
        if (request.UserCode.Any(char.IsAsciiLetterLower))
            return Pages.SeeOther(QueryHelpers.AddQueryString(AgentClient.CodePath, "user_code", request.UserCode.ToUpperInvariant()));
        var (asked, refused) = await FindAsync(visit, codes, session, text);
        return asked is null
            ? refused!
            : await AskAsync(visit, db, session, asked.GetClaim(AgentClient.MachineClaim) ?? "?", asked.GetClaim(AgentClient.AddressClaim) ?? "?", AgentClient.CodePath,
                new Dictionary<string, string?> { ["user_code"] = request.UserCode }, request.UserCode);
    }

    private static async Task<IResult> AnswerAsync(
        Visit visit, DeviceCodes codes, OidcSubjects subjects, IStringLocalizer<AgentsText> text, [FromForm] string? choice, CancellationToken cancel)
    {
        if (await visit.SessionAsync() is not { } session)
            return ToSignIn(visit.Http.Request);
        var (asked, refused) = await FindAsync(visit, codes, session, text);
        if (asked is null)
            return refused!;
        if (choice != "allow")
            return Results.Forbid(new AuthenticationProperties { RedirectUri = $"{AgentClient.CodePath}/denied" }, Scheme);
        return await AllowAsync(subjects, session, asked.GetClaim(AgentClient.MachineClaim), new AuthenticationProperties { RedirectUri = $"{AgentClient.CodePath}/allowed" }, cancel);
    }

    // Counted before it is said whether it is one: guesses beyond the limit learn nothing.
    private static async Task<(System.Security.Claims.ClaimsPrincipal? Asked, IResult? Refused)> FindAsync(Visit visit, DeviceCodes codes, Session session, IStringLocalizer<AgentsText> text)
    {
        var cancel = visit.Http.RequestAborted;
        if (!await codes.MayTryAsync(session.UserId, cancel))
            return (null, Pages.Render<UserCodePage>(new { Problem = text["CodeLimited"].Value }, StatusCodes.Status429TooManyRequests));
        var found = await visit.Http.AuthenticateAsync(Scheme[0]);
        if (found is not { Succeeded: true, Principal: { } asked } || !AgentClient.Is(asked.GetClaim(Claims.ClientId)))
            return (null, Pages.Render<UserCodePage>(new { Problem = text["CodeWrong"].Value }, StatusCodes.Status422UnprocessableEntity));
        await codes.RightAsync(session.UserId, cancel);
        return (asked, null);
    }

    private static IResult ToSignIn(HttpRequest request)
    {
        string? code = request.Query["user_code"];
        var back = code is null ? AgentClient.CodePath : QueryHelpers.AddQueryString(AgentClient.CodePath, "user_code", code);
        return Pages.SeeOther(SignInRequest.BackTo(back).At("/signin"));
    }
}
