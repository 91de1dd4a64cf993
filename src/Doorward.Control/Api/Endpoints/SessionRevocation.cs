using Doorward.Control.Audit;
using Doorward.Control.Feeds;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.Endpoints;

/// <summary>
/// Which sessions are to end: exactly one of id, ids, user and all says so. The reason is told to the person and the audit log, the
/// note to the audit log only. Whoever wants it confirmed waits until the gateways that are connected say that it is done, or five seconds.
/// </summary>
public sealed record RevokeBody(
    string? Id = null, string? User = null, bool All = false, string? Reason = null, string? Note = null, bool Confirm = false, IReadOnlyList<string>? Ids = null);

/// <param name="Confirmed">What each connected gateway says, when that was asked for.</param>
/// <param name="Over">Those of the ids that were over already, or never were.</param>
public sealed record RevokeAnswer(int Revoked, long Revision, IReadOnlyList<GatewayConfirmation>? Confirmed = null, IReadOnlyList<string>? Over = null);

/// <summary>Ends sessions: one, a selection, a person's, all. Who may not end each of them ends none.</summary>
internal static class SessionRevocation
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // Answered only when the change is in the log: from then on no gateway that hears of it lets the session pass.
    public static async Task<IResult> RunAsync(RevokeBody body, HttpContext context, ApiAccess access, ConfirmationDemand confirmations, UserDirectory users,
        IDbContextFactory<DoorwardDb> databases, SessionStore sessions, ConnectedGateways gateways, TimeProvider time, CancellationToken ct)
    {
        var begun = time.GetTimestamp();
        var call = context.Call();
        if (Selection.Refuse((body.Id is null ? 0 : 1) + (body.Ids is null ? 0 : 1) + (body.User is null ? 0 : 1) + (body.All ? 1 : 0) == 1, "sessions", "id, ids, user and all", body.Ids) is { } unclear)
            return unclear.ToResult();
        if (!Reasons.TryRead(body.Reason, out var reason)) return Reasons.Problem("reason").ToResult();
        if (!Reasons.TryRead(body.Note, out var note)) return Reasons.Problem("note").ToResult();
        var ids = body.Id is { } one ? [one] : body.Ids?.Distinct(StringComparer.Ordinal).ToList() ?? [];
        var named = await FindAsync(databases, ids, ct);
        var names = await users.NamesAsync(named.Select(static s => s.UserId), ct);
        HashSet<string?> people = [.. named.Select(s => names.GetValueOrDefault(s.UserId)), .. body.User is null ? Array.Empty<string>() : [body.User]];
        if (body.All || named.Count < ids.Count) people.Add(null);
        call.TargetsPeople([.. people.OfType<string>()]);
        if (reason is not null) call.Details["reason"] = reason;
        if (note is not null) call.Details["note"] = note;
        if (await access.DemandAsync(call, people, ct) is { } refusal) return refusal.ToResult();
        List<Session> open = [.. named.Where(static s => s.Ended is null)];
        var concerned = body.All ? int.MaxValue : open.Select(static s => s.UserId).Distinct(StringComparer.Ordinal).Count();
        if (await confirmations.DemandAsync(call.Principal, concerned, ct) is { } unconfirmed) return unconfirmed.ToResult();
        List<string> live = [.. open.Select(static s => s.Id)];
        if (body.Id is not null && live.Count == 0) return IsOver(body.Id, named).ToResult();
        var user = body.User is null ? null : await users.FindAsync(body.User, ct);
        if (body.User is not null && user is null) return ApiProblem.NotFound($"user {Shown.Text(body.User)}").ToResult();
        if (ids.Count > 0) call.Details["sessions"] = AuditValue.List(live);
        var ending = SessionEnding.ByAdministrator(call.Actor, reason);
        var ended = body.All ? await sessions.EndAllAsync(ending, ct)
            : user is not null ? await sessions.EndAllOfAsync(user.Id, except: null, ending, ct)
            : await sessions.EndAsync(live, ending, ct);
        if (ids.Count == 0) call.Details["sessions"] = AuditValue.List(ended.Ids.Take(Selection.Most));
        call.Details["revoked"] = ended.Count;
        call.Details["revision"] = ended.Revision;
        var confirmed = body.Confirm ? await gateways.ConfirmAsync(ended.Revision, begun, Patience, time, ct) : null;
        return Answers.Ok(new RevokeAnswer(ended.Count, ended.Revision, confirmed, body.Ids is null ? null : [.. ids.Except(live, StringComparer.Ordinal)]));
    }

    private static ApiProblem IsOver(string id, List<Session> named) => named is [var session]
        ? new ApiProblem
        {
            Title = "It is over already",
            Status = StatusCodes.Status404NotFound,
            Detail = $"The session {session.Id} ended at {session.Ended:yyyy-MM-dd HH:mm:ss} UTC: {SessionEndView.Of(session)!.Told}.",
            Fix = "Nothing is left to do.",
        }
        : ApiProblem.NotFound($"live session {Shown.Text(id)}");

    private static async Task<List<Session>> FindAsync(IDbContextFactory<DoorwardDb> databases, List<string> ids, CancellationToken ct)
    {
        if (ids.Count == 0) return [];
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Sessions.AsNoTracking().Where(s => ids.Contains(s.Id)).ToListAsync(ct);
    }
}
