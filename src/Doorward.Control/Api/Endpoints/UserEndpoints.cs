using System.Text.Json;
using Doorward.Control.Identity;
using Doorward.Control.Identity.Invitations;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Doorward.Control.Resources.Users;
using Doorward.Control.Roles;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Evidences;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.Endpoints;

/// <summary>Credentials to import. Secrets are read, hashed or sealed, and never shown.</summary>
internal sealed record CredentialsBody(string? Email = null, string? Password = null, string? TotpSecret = null, bool Replace = false)
{
    // A record prints its members, and these must never reach a log.
    public override string ToString() => nameof(CredentialsBody);
}

public sealed record InvitationAnswer(string Link, DateTimeOffset Expires);

internal static class UserEndpoints
{
    public static void MapUsers(this IEndpointRouteBuilder api)
    {
        var users = api.MapGroup("/users").WithTags("User");
        users.MapPost("/{name}/credentials", ImportAsync).Acts("user.credentials");
        users.MapDelete("/{name}/credentials", RemoveAsync).Acts("user.credentials.remove");
        users.MapPost("/{name}/invitation", InviteAsync).ActsFor("user.invite", ApiAction.Invite, "name").Produces<InvitationAnswer>();
    }

    private static async Task<IResult> ImportAsync(string name, CredentialsBody body, HttpContext context, UserDirectory directory,
        ResourceEditor editor, KindTable kinds, Credentials credentials, CancellationToken ct)
    {
        var call = context.Call();
        call.TargetsPerson(name);
        if (body.Password is null && body.TotpSecret is null)
            return ApiProblem.BadRequest("No credentials are given.", "password", "Give a password, a TOTP secret or both.").ToResult();
        var user = await directory.FindAsync(name, ct);
        if (user is not null && user.Kind != SubjectKind.User)
            return ApiProblem.BadRequest("A service account has no credentials of this kind.", "name", "Make a token for it.").ToResult();

        // All is checked before anything is done: a user who was made in vain has taken the name for ever.
        if (Credentials.Refuse(body.Password, body.TotpSecret, name, body.Email ?? user?.Email) is { } wrong) return Problem(wrong).ToResult();
        var kind = kinds.Find(UserKind.Name)!;
        var spec = JsonSerializer.SerializeToElement(kind.Write(UserKind.SpecOf(user) with { Email = body.Email ?? user?.Email }), ApiJson.Options);
        var check = await editor.ApplyAsync([new DocumentInput(kind.Kind, name, spec)], new ApplyOptions(DryRun: true), call.Actor, ct);
        if (check is not EditResult.Done) return Answers.Of(check, static _ => Results.NoContent());
        if (user is null)
        {
            var created = await editor.PutAsync(kind, name, spec, version: 0, call.Actor, ct);
            if (created is not EditResult.Done) return Answers.Of(created, static _ => Results.NoContent());
        }

        var id = user?.Id ?? (await directory.FindAsync(name, ct))?.Id;
        if (id is null) return ApiProblem.NotFound($"user {Shown.Text(name)}").ToResult();
        if (await credentials.ImportAsync(id, body.Password, body.TotpSecret, body.Replace, call.Actor, ct) is { } problem) return Problem(problem).ToResult();
        return user is null || body.Email is null || body.Email == user.Email
            ? Results.NoContent()
            : Answers.Of(await editor.PutAsync(kind, name, spec, version: null, call.Actor, ct), static _ => Results.NoContent());
    }

    private static async Task<IResult> RemoveAsync(string name, string? reason, HttpContext context, UserDirectory directory, Credentials credentials, CancellationToken ct)
    {
        var call = context.Call();
        call.TargetsPerson(name);
        if (!Reasons.TryRead(reason, out var why)) return Reasons.Problem("reason").ToResult();
        if (why is not null) call.Details["reason"] = why;
        if (await directory.FindAsync(name, ct) is not { } user) return ApiProblem.NotFound($"user {Shown.Text(name)}").ToResult();
        if (user.Kind != SubjectKind.User)
            return ApiProblem.BadRequest("A service account has no credentials of this kind; it has tokens.", "name", "Run `doorward token list`, and `doorward token revoke ID` for each of its.").ToResult();
        return await credentials.RemoveAllAsync(user.Id, call.Actor, why, ct) is { } problem ? Problem(problem).ToResult() : Results.NoContent();
    }

    private static ApiProblem Problem(CredentialProblem problem) => new()
    {
        Title = "Nothing was changed",
        Detail = problem.Message,
        Field = problem.Field,
        Fix = problem.Fix,
        Status = problem.Field == "replace" ? StatusCodes.Status409Conflict : StatusCodes.Status400BadRequest,
    };

    private static async Task<IResult> InviteAsync(string name, HttpContext context, UserDirectory directory, InvitationLinks links, CancellationToken ct)
    {
        var call = context.Call();
        call.TargetsPerson(name);
        var user = await directory.FindAsync(name, ct);
        if (user is null) return ApiProblem.NotFound($"user {Shown.Text(name)}").ToResult();
        if (!InvitationLinks.AreFor(user))
        {
            return ApiProblem.BadRequest("Only enabled people who sign in here are invited.", "name",
                "Enable the user first; service accounts get tokens, and people of other providers sign in there.").ToResult();
        }

        var link = await links.CreateAsync(user.Id, call.Actor, ct);
        return Answers.Ok(new InvitationAnswer(link.Address, link.Expires));
    }
}

/// <summary>Finds users by the names that people use for them.</summary>
internal sealed class UserDirectory(IDbContextFactory<DoorwardDb> databases)
{
    public async Task<User?> FindAsync(string name, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.UserName == name, ct);
    }

    /// <summary>The ids of those whose names hold a text; nobody's for none.</summary>
    public async Task<IReadOnlySet<string>> WithNamesLikeAsync(string? part, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(part)) return new HashSet<string>();
        var sought = part.Trim().ToUpperInvariant();
        await using var db = await databases.CreateDbContextAsync(ct);
        return (await db.Users.AsNoTracking().Where(u => u.NormalizedUserName!.Contains(sought)).Select(static u => u.Id).ToListAsync(ct)).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Names by subject id, of those that still have one.</summary>
    public async Task<IReadOnlyDictionary<string, string>> NamesAsync(IEnumerable<string?> subjects, CancellationToken ct)
    {
        var ids = subjects.OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Users.AsNoTracking().Where(u => ids.Contains(u.Id)).ToDictionaryAsync(static u => u.Id, static u => u.UserName!, StringComparer.Ordinal, ct);
    }
}
