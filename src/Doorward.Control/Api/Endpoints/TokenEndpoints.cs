using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Doorward.Control.Tokens;
using Doorward.Core.Applications;
using Doorward.Core.Sessions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.Endpoints;

public sealed record TokenBody(string User, IReadOnlyList<string> Applications, int Days = 30, string? Name = null);

/// <summary>A token, and whether it opens anything still: <c>live</c>, <c>revoked</c>, <c>expired</c>, or <c>ended</c> with its session.</summary>
public sealed record TokenView(
    string Id, string Name, string User, string State, IReadOnlyList<string> Applications, string CreatedBy, DateTimeOffset Created, DateTimeOffset Expires, DateTimeOffset? LastUsed);

/// <summary>The only answer that ever holds the text of a token.</summary>
public sealed record TokenMade(string Id, string Token, DateTimeOffset Expires)
{
    public override string ToString() => nameof(TokenMade);
}

internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder api)
    {
        var tokens = api.MapGroup("/tokens").WithTags("Token");
        tokens.MapGet("/", ListAsync).Views("token.list").Produces<Page<TokenView>>();
        tokens.MapPost("/", CreateAsync).Acts("token.create").Produces<TokenMade>();
        tokens.MapDelete("/{id}", RevokeAsync).ActsAtOnce("token.revoke");
    }

    private static async Task<IResult> ListAsync(
        IDbContextFactory<DoorwardDb> databases, UserDirectory users, TimeProvider time, string? user, int? limit, string? cursor, CancellationToken ct)
    {
        var page = new PageRequest(limit, cursor);
        var now = time.GetUtcNow();
        await using var db = await databases.CreateDbContextAsync(ct);
        var query = db.Tokens.AsNoTracking().Include(static t => t.Session).Where(t => t.Id.CompareTo(page.After) > 0 && t.Session!.Kind == SessionKinds.Token);
        if (user is not null)
        {
            var subject = await db.Users.Where(u => u.UserName == user).Select(static u => u.Id).SingleOrDefaultAsync(ct) ?? "";
            query = query.Where(t => t.UserId == subject);
        }

        var found = await query
            .OrderBy(static t => t.Id).Take(page.Size + 1).ToListAsync(ct);
        var names = await users.NamesAsync(found.Select(static t => t.UserId), ct);
        var views = found.ConvertAll(t => new TokenView(
            t.Id, t.Name, names.GetValueOrDefault(t.UserId, ""), StateOf(t, now), t.Applications, t.CreatedBy, t.Created, t.Expires, LastUseOf(t)));
        return Answers.Ok(Page<TokenView>.Of(views, page, static view => view.Id));
    }

    // A session can end alone: by a restore, by `session revoke`, with its account. No use of the token brings it back.
    private static string StateOf(Token token, DateTimeOffset now) => token switch
    {
        { Ended: not null, EndReason: TokenIssuer.Revoked } => "revoked",
        { Ended: not null } => "ended",
        { Session: { Ended: not null, EndCause: not SessionEndCause.Expired } } => "ended",
        _ when token.Expires <= now || token.Session is { Ended: not null } => "expired",
        _ => "live",
    };

    // Gateways tell of the token's session, which begins when the token is made and not with a use.
    private static DateTimeOffset? LastUseOf(Token token) => token.Session is { } session && session.LastUse > token.Created ? session.LastUse : null;

    private static async Task<IResult> CreateAsync(TokenBody body, HttpContext context, TokenIssuer issuer, CancellationToken ct)
    {
        var call = context.Call();
        call.TargetsPerson(body.User);
        if (body.Days is < 1 or > TokenIssuer.MostDays)
            return ApiProblem.BadRequest("The lifetime is out of bounds.", "days", $"Choose 1 to {TokenIssuer.MostDays} days.").ToResult();
        if (body.Applications.Count is 0 or > TokenIssuer.MostApplications)
            return ApiProblem.BadRequest("A token opens named applications.", "applications", $"Name 1 to {TokenIssuer.MostApplications}.").ToResult();
        var name = body.Name;
        if (name is not null && string.IsNullOrWhiteSpace(name))
            return ApiProblem.BadRequest("The name is empty.", "name", "Say what the token is for, or leave it out.").ToResult();
        if (name is { Length: > 128 } || (name?.Any(Shown.IsHidden) ?? false))
            return ApiProblem.BadRequest("The name is too long or has characters that do not show.", "name", "Use up to 128 plain characters.").ToResult();
        var result = await issuer.CreateAsync(new TokenRequest(body.User, name, body.Applications, TimeSpan.FromDays(body.Days)), call.Actor, ct);
        if (result is TokenResult.Refused refused) return ApiProblem.BadRequest(refused.Message, refused.Field, refused.Fix).ToResult();
        var made = (TokenResult.Made)result;
        call.Details["tokenId"] = made.Token.Id;
        call.Details["applications"] = Audit.AuditValue.List(made.Token.Applications);
        return Answers.Ok(new TokenMade(made.Token.Id, made.Text, made.Token.Expires));
    }

    private static async Task<IResult> RevokeAsync(string id, HttpContext context, TokenIssuer issuer, CancellationToken ct)
    {
        context.Call().Target = Shown.Text(id);
        return await issuer.RevokeAsync(id, context.Call().Actor, ct) is { } revision ? Answers.Ok(new { revision }) : ApiProblem.NotFound($"token {Shown.Text(id)}").ToResult();
    }
}
