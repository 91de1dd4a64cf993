using Doorward.Control.Audit;
using Doorward.Control.Feeds;
using Doorward.Control.Roles;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Api.Endpoints;

/// <summary>
/// What is to be cut: one grant, or one connection of it, or a selection of grants, or all of a user, of an application, or of a user on
/// an application, or of a session. The reason is told to the person and the audit log, the note to the audit log only.
/// </summary>
public sealed record CutBody(
    string? Id = null, string? Connection = null, string? User = null, string? Application = null, string? Reason = null, string? Note = null,
    IReadOnlyList<string>? Ids = null, string? Session = null);

/// <param name="Cut">Grants that their gateway says are cut.</param>
/// <param name="Unconfirmed">Grants whose gateway did not answer in time: they may still be open.</param>
/// <param name="Over">Those of the ids that were over already, or never were.</param>
/// <param name="Grants">Each, of the first 500.</param>
/// <param name="Unsent">Grants whose gateway could not be told, since it is away or does not read: they stay open.</param>
public sealed record CutAnswer(int Cut, int Unconfirmed, IReadOnlyList<string>? Over = null, IReadOnlyList<CutConfirmation>? Grants = null, int Unsent = 0);

/// <summary>Cuts live access. Who may not cut each of what is meant cuts nothing.</summary>
internal static class GrantCutting
{
    private const int MostTold = 500;

    public static async Task<IResult> RunAsync(
        CutBody body, HttpContext context, ApiAccess access, ConfirmationDemand confirmations, LiveGrants grants, GrantCuts cuts, UserDirectory users,
        TimeProvider time, CancellationToken ct)
    {
        var begun = time.GetTimestamp();
        var call = context.Call();
        if (Refuse(body) is { } unclear) return unclear.ToResult();
        if (!Reasons.TryRead(body.Reason, out var reason)) return Reasons.Problem("reason").ToResult();
        if (!Reasons.TryRead(body.Note, out var note)) return Reasons.Problem("note").ToResult();
        var ids = body.Id is { } one ? [one] : body.Ids?.ToHashSet(StringComparer.Ordinal);
        var meant = await FindAsync(body, ids, grants, users, ct);
        List<string> over = [.. (ids ?? []).Except(meant.Select(static live => live.Grant.Id), StringComparer.Ordinal)];
        var names = await users.NamesAsync(meant.Select(static live => live.Grant.SubjectId), ct);
        HashSet<string?> people = [.. meant.Select(live => names.GetValueOrDefault(live.Grant.SubjectId))];
        if (body.User is not null) people.Add(body.User);
        Describe(call, body, meant, [.. people.OfType<string>()]);
        if (reason is not null) call.Details["reason"] = reason;
        if (note is not null) call.Details["note"] = note;
        if (await DemandAsync(call, access, people, over.Count > 0 || body.Session is not null, ct) is { } refusal) return refusal.ToResult();
        if (await confirmations.DemandAsync(call.Principal, CountPeople(meant), ct) is { } unproven) return unproven.ToResult();
        if (body.Id is not null && meant.Count == 0) return IsOver(body.Id).ToResult();
        call.Details["grants"] = AuditValue.List(meant.Select(static live => live.Grant.Id).Distinct(StringComparer.Ordinal).Take(Selection.Most));

        // Whoever asked may go away: what was begun is ended.
        var confirmed = await cuts.CutAsync(meant, body.Connection, new(reason, call.Actor), begun, CancellationToken.None);
        var done = confirmed.GroupBy(static cut => cut.Id).ToList();
        var cut = done.Count(static grant => grant.All(static at => at.Milliseconds is not null));
        call.Details["cut"] = cut;
        var unsent = done.Count(static grant => grant.Any(static at => !at.Sent));
        var unconfirmed = done.Count - cut - unsent;
        call.Details["unconfirmed"] = unconfirmed;
        call.Details["unsent"] = unsent;
        return Answers.Ok(new CutAnswer(cut, unconfirmed, body.Ids is null ? null : over, [.. confirmed.Take(MostTold)], unsent));
    }

    private static ApiProblem? Refuse(CutBody body)
    {
        if (body.Ids is not null) return Selection.Refuse(body is { Id: null, Connection: null, User: null, Application: null, Session: null }, "grants", "id, ids, user, application and session", body.Ids);
        return body is { Id: null, User: null, Application: null, Session: null }
            ? ApiProblem.BadRequest("It is not clear which grants are meant.", "id", "Give id, ids, user, application or session.")
            : null;
    }

    private static async Task<List<LiveGrant>> FindAsync(CutBody body, HashSet<string>? ids, LiveGrants grants, UserDirectory users, CancellationToken ct)
    {
        var subject = body.User is null ? null : (await users.FindAsync(body.User, ct))?.Id;
        if (body.User is not null && subject is null) return [];
        return
        [
            .. grants.List().Where(live => (ids is null || ids.Contains(live.Grant.Id))
                && (body.Application is null || live.Grant.Application == body.Application)
                && (body.Session is null || live.Grant.SessionId == body.Session)
                && (subject is null || live.Grant.SubjectId == subject)
                && (body.Connection is null || live.Grant.Connections.Any(connection => connection.Id == body.Connection))),
        ];
    }

    // Help is for persons: whoever cuts for many must be allowed to for each of them, and for nobody known, be it among others, only if
    // for all. What is over already was somebody's: to be told so of all that is named, it is enough to be allowed it for anybody.
    private static async Task<ApiProblem?> DemandAsync(ApiCall call, ApiAccess access, HashSet<string?> people, bool over, CancellationToken ct)
    {
        if (people.Count > 0) return await access.DemandAsync(call, people, ct);
        return over && access.AllowsForAnybody(call.Principal, call.Act.Action) ? null : await access.DemandAsync(call, [null], ct);
    }

    // Whoever has not signed in may be anybody: each of their grants is somebody's of their own.
    private static int CountPeople(List<LiveGrant> meant) =>
        meant.Select(static live => live.Grant.SubjectId is { Length: > 0 } subject ? subject : live.Grant.Id).Distinct(StringComparer.Ordinal).Count();

    // Also of a call that is refused: what was asked for, and whose access that is.
    private static void Describe(ApiCall call, CutBody body, List<LiveGrant> meant, List<string> people)
    {
        if (body.Id is null && body.Application is null)
        {
            call.TargetsPeople(people);
        }
        else
        {
            call.Target = body.Id ?? body.Application;
            call.Details["people"] = CountPeople(meant);
            call.Concerns(people);
        }

        if (body.Application is not null) call.Details["application"] = body.Application;
        if (body.Connection is not null) call.Details["connection"] = body.Connection;
        IEnumerable<string> sessions = [.. body.Session is null ? Array.Empty<string>() : [body.Session], .. meant.Select(static live => live.Grant.SessionId)];
        call.Details["sessions"] = AuditValue.List(sessions.Where(static id => id.Length > 0).Distinct(StringComparer.Ordinal).Take(Selection.Most));
    }

    private static ApiProblem IsOver(string id) => new()
    {
        Title = "It is over already",
        Status = StatusCodes.Status404NotFound,
        Detail = $"The grant {Shown.Text(id)} is not live any more, or never was, or has no such connection.",
        Fix = "Nothing is left to do. See what is live with `doorward grant list`.",
    };
}
