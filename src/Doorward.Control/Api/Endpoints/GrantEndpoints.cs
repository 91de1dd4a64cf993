using Doorward.Control.Audit;
using Doorward.Control.Feeds;
using Doorward.Control.Roles;
using Doorward.Core.Applications;
using Doorward.Core.Protocol;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

internal sealed record ConnectionView(
    string Id, string Kind, string Method, string Path, string Address, DateTimeOffset? Opened, long BytesIn, long BytesOut);

internal sealed record GrantView(
    string Id, string? User, string Session, string Application, string Gateway, string Address, int Connections, long Bytes, long Requests,
    DateTimeOffset? Opened, DateTimeOffset? LastUsed, IReadOnlyList<ConnectionView> Open);

/// <summary>
/// What is to be cut: one grant, or one connection of it, or all grants of a user, of an application, or of a user on an application.
/// The reason is told to the person and the audit log, the note to the audit log only.
/// </summary>
internal sealed record CutBody(string? Id = null, string? Connection = null, string? User = null, string? Application = null, string? Reason = null, string? Note = null);

/// <param name="Cut">Grants that their gateway says are cut.</param>
/// <param name="Unconfirmed">Grants whose gateway did not answer in time: they may still be open.</param>
internal sealed record CutAnswer(int Cut, int Unconfirmed);

internal static class GrantEndpoints
{
    public static void MapGrants(this IEndpointRouteBuilder api)
    {
        var grants = api.MapGroup("/grants").WithTags("Grant");
        grants.MapGet("/", ListAsync).Views("grant.list").Produces<Page<GrantView>>();
        grants.MapPost("/cut", CutAsync).ActsForPersonInBody("grant.cut", ApiAction.CutGrant).Produces<CutAnswer>();
    }

    private static async Task<IResult> ListAsync(LiveGrants grants, UserDirectory users, int? limit, string? cursor, CancellationToken ct)
    {
        var page = new PageRequest(limit, cursor);
        var found = grants.List()
            .Where(live => string.CompareOrdinal(live.Grant.Id, page.After) > 0)
            .OrderBy(static live => live.Grant.Id, StringComparer.Ordinal)
            .Take(page.Size + 1)
            .ToList();
        var names = await users.NamesAsync(found.Select(static live => live.Grant.SubjectId), ct);
        return Answers.Ok(Page<GrantView>.Of(found.ConvertAll(live => View(live, names.GetValueOrDefault(live.Grant.SubjectId))), page, static view => view.Id));
    }

    private static async Task<IResult> CutAsync(
        CutBody body, HttpContext context, ApiAccess access, LiveGrants grants, GrantCuts cuts, UserDirectory users, CancellationToken ct)
    {
        var call = context.Call();
        if (body.Id is null && body.User is null && body.Application is null)
            return ApiProblem.BadRequest("It is not clear which grants are meant.", "id", "Give id, user or application.").ToResult();
        if (!Reasons.TryRead(body.Reason, out var reason)) return Reasons.Problem("reason").ToResult();
        if (!Reasons.TryRead(body.Note, out var note)) return Reasons.Problem("note").ToResult();
        var names = await users.NamesAsync(grants.List().Select(static live => live.Grant.SubjectId), ct);
        var meant = grants.List().Where(live => IsMeant(live.Grant, body, names)).Select(static live => live.Grant).DistinctBy(static grant => grant.Id).ToList();
        var people = meant.Select(grant => names.GetValueOrDefault(grant.SubjectId)).Append(body.User).Distinct(StringComparer.Ordinal).ToList();

        // Help is for persons: whoever cuts for many must be allowed to for each of them, and for nobody known only if for all.
        foreach (var person in people.Where(person => person is not null || people.Count == 1))
        {
            if (await access.DemandAsync(call, person, ct) is { } refusal) return refusal.ToResult();
        }

        call.Target = body.Id ?? body.Application ?? AuditValue.Personal(body.User);
        if (reason is not null) call.Details["reason"] = reason;
        if (note is not null) call.Details["note"] = note;
        if (body.Id is not null && meant.Count == 0) return ApiProblem.NotFound($"live grant {Shown.Text(body.Id)}").ToResult();
        var outcomes = await Task.WhenAll(meant.Select(grant => cuts.CutAsync(grant.Id, body.Connection, new(reason, call.Actor), ct)));
        var answer = new CutAnswer(outcomes.Count(static o => o == CutOutcome.Cut), outcomes.Count(static o => o == CutOutcome.NotConfirmed));
        call.Details["cut"] = answer.Cut;
        call.Details["unconfirmed"] = answer.Unconfirmed;
        return Answers.Ok(answer);
    }

    private static bool IsMeant(GrantState grant, CutBody body, IReadOnlyDictionary<string, string> names) =>
        (body.Id is null || grant.Id == body.Id)
        && (body.Application is null || grant.Application == body.Application)
        && (body.User is null || names.GetValueOrDefault(grant.SubjectId) == body.User);

    private static GrantView View(LiveGrant live, string? user) => new(
        live.Grant.Id, user, live.Grant.SessionId, live.Grant.Application, live.Gateway, live.Grant.Address,
        live.Grant.Connections.Count, live.Grant.BytesIn + live.Grant.BytesOut, live.Grant.Requests,
        live.Grant.Opened?.ToDateTimeOffset(), live.Grant.LastUse?.ToDateTimeOffset(),
        [.. live.Grant.Connections.Select(static c => new ConnectionView(c.Id, c.Kind, c.Method, c.Path, c.Address, c.Opened?.ToDateTimeOffset(), c.BytesIn, c.BytesOut))]);
}
