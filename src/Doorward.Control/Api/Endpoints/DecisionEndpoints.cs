using Doorward.Control.Decisions;
using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.Endpoints;

internal sealed record DecisionView(
    string Id, DateTimeOffset Time, string Decision, string Cause, string? User, string Application, string Action, IReadOnlyList<string> Policies,
    string? Session, string? Grant, string? Address, string Gateway);

internal static class DecisionEndpoints
{
    public static void MapDecisions(this IEndpointRouteBuilder api)
    {
        var decisions = api.MapGroup("/decisions").WithTags("Decision");
        decisions.MapGet("/", ListAsync).Views("decision.list").Produces<Page<DecisionView>>();
        decisions.MapGet("/{id}/explanation", ExplainAsync).Views("decision.explain").Produces<Explanation>();
    }

    // Newest first; the cursor is the place of the last one shown, and every filter is an equality on an index.
    private static async Task<IResult> ListAsync(IDbContextFactory<DoorwardDb> databases, UserDirectory users,
        string? user, string? application, string? decision, int? limit, string? cursor, CancellationToken ct)
    {
        var page = new PageRequest(limit, cursor);
        if (decision is not (null or "allow" or "deny"))
            return ApiProblem.BadRequest("The filter is not a decision.", "decision", "Write allow or deny.").ToResult();
        await using var db = await databases.CreateDbContextAsync(ct);
        var query = db.Decisions.AsNoTracking();
        if (application is not null) query = query.Where(d => d.Application == application);
        if (decision is not null) query = query.Where(d => d.Allowed == (decision == "allow"));
        if (user is not null)
        {
            var subject = await db.Users.Where(u => u.UserName == user).Select(static u => u.Id).SingleOrDefaultAsync(ct);
            query = query.Where(d => d.SubjectId == (subject ?? ""));
        }

        if (page.After.Length > 0)
        {
            var last = await db.Decisions.AsNoTracking().SingleOrDefaultAsync(d => d.Id == page.After, ct);
            if (last is null) return ApiProblem.BadRequest("The cursor points nowhere any more.", "cursor", "Begin again without it.").ToResult();
            query = query.Where(d => d.At < last.At || (d.At == last.At && d.Id.CompareTo(last.Id) < 0));
        }

        var found = await query.OrderByDescending(static d => d.At).ThenByDescending(static d => d.Id).Take(page.Size + 1).ToListAsync(ct);
        var names = await users.NamesAsync(found.Select(static d => d.SubjectId), ct);
        return Answers.Ok(Page<DecisionView>.Of(found.ConvertAll(d => View(d, names)), page, static view => view.Id));
    }

    // Whatever reference a page carries: a decision's, or that of a refusal which no decision stands behind.
    private static async Task<IResult> ExplainAsync(string id, Explainer explainer, RefusalBook refusals, CancellationToken ct)
    {
        var isRefusal = id.StartsWith(RefusalBook.Prefix, StringComparison.Ordinal);
        if (!isRefusal && await explainer.ExplainAsync(id, ct) is { } explanation) return Answers.Ok(explanation);
        if ((isRefusal || id == Explainer.Last) && await refusals.FindAsync(id, ct) is { } refusal) return Answers.Ok(refusal);
        return Missing(id, isRefusal).ToResult();
    }

    private static ApiProblem Missing(string id, bool isRefusal)
    {
        if (id == Explainer.Last)
        {
            return ApiProblem.NotFound("decision yet") with
            {
                Fix = "Sign in at an application first: who has no session is only sent to sign in, and that is counted, not recorded one by one.",
            };
        }

        return isRefusal
            ? ApiProblem.NotFound($"record of {Shown.Text(id)}") with
            {
                Fix = $"References without a decision are kept for {RefusalBook.Age.Days} days, the newest {RefusalBook.MostOfPeople} of people and {RefusalBook.MostOfNobody} of nobody, "
                    + "and few a minute of one source. Search the gateway's log for it: logs/doorward.log in its data directory, or the journal of doorward-gateway. What came between a backup and its restore is only there.",
            }
            : ApiProblem.NotFound($"decision {Shown.Text(id)}") with
            {
                Fix = $"Check the reference. Decisions are kept for {DecisionRetention.Age.Days} days; refusals of one session beyond 20 a second are counted only. "
                    + "What was decided between a backup and its restore is only in the audit log (`doorward audit export`).",
            };
    }

    private static DecisionView View(DecisionEntry d, IReadOnlyDictionary<string, string> names) => new(
        d.Id, d.At, d.Allowed ? "allow" : "deny", d.Cause, d.SubjectId is null ? null : names.GetValueOrDefault(d.SubjectId), d.Application, d.Action,
        d.Reasons, d.SessionId, d.GrantId, d.Address, d.Gateway);
}
