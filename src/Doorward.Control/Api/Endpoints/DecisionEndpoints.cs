using Doorward.Control.Decisions;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

/// <param name="Decision">allow or deny; none where a gateway answered by itself and no policy was asked.</param>
/// <param name="User">Null of nobody, and of whoever is deleted.</param>
/// <param name="Application">Null of a refusal that found none.</param>
public sealed record DecisionView(
    string Id, DateTimeOffset Time, string Decision, string Cause, string? User, string? Application, string Action, IReadOnlyList<string> Policies,
    string? Session, string? Grant, string? Address, string Gateway);

internal static class DecisionEndpoints
{
    public static void MapDecisions(this IEndpointRouteBuilder api)
    {
        var decisions = api.MapGroup("/decisions").WithTags("Decision");
        decisions.MapGet("/", ListAsync).Views("decision.list").Produces<Page<DecisionView>>();
        decisions.MapGet("/{id}/explanation", ExplainAsync).Views("decision.explain").Produces<Explanation>();
    }

    // Newest first; the cursor is the place of the last one shown.
    private static async Task<IResult> ListAsync(DecisionSearch search, [AsParameters] DecisionFilter filter, int? limit, string? cursor, CancellationToken ct)
    {
        if (filter.Problem() is { } problem) return problem.ToResult();
        return await search.PageAsync(filter, new PageRequest(limit, cursor), ct) is { } page
            ? Answers.Ok(page)
            : ApiProblem.BadRequest("The cursor points nowhere any more.", "cursor", "Begin again without it.").ToResult();
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
}
