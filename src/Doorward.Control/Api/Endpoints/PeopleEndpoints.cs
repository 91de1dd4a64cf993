using System.Text.Json;
using Doorward.Control.Identity;
using Doorward.Control.Identity.Invitations;
using Doorward.Control.Resources.Groups;
using Doorward.Control.Resources.Users;
using Doorward.Control.Roles;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Doorward.Core.Evidences;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.Endpoints;

/// <summary>People and service accounts with what is known of them beside their document: factors, groups, last use.</summary>
internal static class PeopleEndpoints
{
    public static void MapPeople(this IEndpointRouteBuilder api)
    {
        var people = api.MapGroup("/people").WithTags("User");
        people.MapGet("/", ListAsync).Views("person.list").Produces<Page<PersonView>>();
        people.MapGet("/{name}", GetAsync).Views("person.get").Produces<PersonDetail>();
    }

    // By the name as it is indexed; a page reads no more rows than it must to fill itself.
    private static async Task<IResult> ListAsync(
        IDbContextFactory<DoorwardDb> databases, string? search, string? kind, bool? disabled, int? limit, string? cursor, CancellationToken ct)
    {
        var text = search?.Trim();
        if (SearchText.Refuse(text) is { } problem) return problem.ToResult();
        if (kind is not (null or "user" or "service"))
            return ApiProblem.BadRequest("There is no such kind of account.", "kind", "Write user or service.").ToResult();
        var page = new PageRequest(limit, cursor);
        await using var db = await databases.CreateDbContextAsync(ct);
        var query = db.Users.AsNoTracking().Where(u => u.NormalizedUserName!.CompareTo(page.After) > 0);
        if (!string.IsNullOrEmpty(text)) query = PeopleSearch.Found(query, text);
        if (disabled is { } only) query = query.Where(u => u.Disabled == only);
        if (kind is not null)
        {
            var wanted = kind == "service" ? SubjectKind.Service : SubjectKind.User;
            query = query.Where(u => u.Kind == wanted);
        }

        var found = await query.OrderBy(static u => u.NormalizedUserName).Take(page.Size + 1).ToListAsync(ct);
        var views = await ViewAsync(db, found, ct);
        return Answers.Ok(Page<PersonView>.Of(views, page, static view => UserKind.Normalize(view.Name)));
    }

    private static async Task<IResult> GetAsync(
        string name, HttpContext context, IDbContextFactory<DoorwardDb> databases, Credentials credentials, ApiAccess access, TimeProvider time, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.UserName == name, ct) is not { } user)
            return ApiProblem.NotFound($"user {Shown.Text(name)}").ToResult();
        var now = time.GetUtcNow();
        var factors = await credentials.FindAsync(user.Id, ct);
        var groups = await GroupsAsync(db, ct);
        var all = new Nesting(groups).GroupsOf(name);
        var invited = await db.Invitations.Where(i => i.UserId == user.Id && i.Used == null && i.Expires > now).MaxAsync(static i => (DateTimeOffset?)i.Expires, ct);
        ETags.Write(context, user.Version);
        return Answers.Ok(new PersonDetail(
            (await ViewAsync(db, [user], ct))[0], user.Version, user.TimeZone,
            [.. groups.Where(group => group.Value.Everyone.Contains(name, StringComparer.Ordinal)).Select(static group => group.Key).Order(StringComparer.Ordinal)],
            all,
            [.. factors.Passkeys.Select(static passkey => new PasskeyView(passkey.Name, passkey.Created))],
            factors.RecoveryCodes,
            await db.Sessions.CountAsync(s => s.UserId == user.Id && s.Kind == SessionKinds.Browser && s.Ended == null && s.Expires > now, ct),
            await db.Tokens.CountAsync(t => t.UserId == user.Id && t.Ended == null && t.Expires > now && t.Session!.Kind == SessionKinds.Token, ct),
            invited,
            InvitationLinks.AreFor(user) && access.Allows(context.Call().Principal, ApiAction.Invite, new ApiTarget(name, all))));
    }

    private static Task<Dictionary<string, GroupSpec>> GroupsAsync(DoorwardDb db, CancellationToken ct) =>
        db.Resources.AsNoTracking().Where(static d => d.Kind == ResourceKinds.Group).ToDictionaryAsync(
            static d => d.Name, static d => JsonSerializer.Deserialize<GroupSpec>(d.Json, JsonSerializerOptions.Web)!, StringComparer.Ordinal, ct);

    private static async Task<List<PersonView>> ViewAsync(DoorwardDb db, List<User> people, CancellationToken ct)
    {
        var ids = people.ConvertAll(static person => person.Id);
        var keyed = (await db.UserPasskeys.Where(passkey => ids.Contains(passkey.UserId)).Select(static passkey => passkey.UserId).Distinct().ToListAsync(ct)).ToHashSet(StringComparer.Ordinal);
        var used = await db.Sessions.Where(session => ids.Contains(session.UserId)).GroupBy(static session => session.UserId)
            .Select(static mine => new { mine.Key, Last = mine.Max(static session => session.LastUse) }).ToDictionaryAsync(static mine => mine.Key, static mine => mine.Last, StringComparer.Ordinal, ct);
        var signedIn = await db.Sessions.Where(session => ids.Contains(session.UserId) && session.Kind == SessionKinds.Browser).GroupBy(static session => session.UserId)
            .Select(static mine => new { mine.Key, Last = mine.Max(static session => session.Authenticated) }).ToDictionaryAsync(static mine => mine.Key, static mine => mine.Last, StringComparer.Ordinal, ct);
        return people.ConvertAll(person => new PersonView(
            person.UserName!, person.Kind == SubjectKind.Service ? "service" : "user", person.DisplayName, person.Email, person.Disabled, person.IdentityProvider,
            FactorsOf(person, keyed.Contains(person.Id)), person.Created,
            signedIn.TryGetValue(person.Id, out var came) ? came : null, used.TryGetValue(person.Id, out var last) ? last : null));
    }

    private static List<string> FactorsOf(User person, bool passkey)
    {
        var factors = new List<string>(3);
        if (person.PasswordHash is not null) factors.Add("password");
        if (person.TotpSecretSealed is not null) factors.Add("totp");
        if (passkey) factors.Add("passkey");
        return factors;
    }
}
