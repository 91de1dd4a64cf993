using Doorward.Control.Decisions;
using Doorward.Control.Policies;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Doorward.Core.Evaluations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

/// <summary>What an apply would change for those who came lately. It changes nothing, so whoever may see may ask.</summary>
internal static class PolicySimulationEndpoints
{
    public static void MapPolicySimulation(this IEndpointRouteBuilder api) =>
        api.MapPost("/policies/simulate", SimulateAsync).Views("policy.simulate").Produces<ReplayAnswer>().WithTags("Policy");

    private static async Task<IResult> SimulateAsync(
        ApplyBody body, PublicationPreview preview, PolicyReplay replay, LongQuestions questions, bool prune = false, int limit = PolicyReplay.DefaultDecisions, CancellationToken ct = default)
    {
        if (body.Documents.Count > ResourceEditor.MaxDocuments)
            return ApiProblem.BadRequest($"At most {ResourceEditor.MaxDocuments} documents are compared at once.", "documents", "Split them.").ToResult();
        if (limit is < 1 or > PolicyReplay.MostDecisions)
            return ApiProblem.BadRequest($"1 to {PolicyReplay.MostDecisions} decisions are compared.", "limit", "Leave it out for the usual number.").ToResult();
        using var turn = await questions.EnterAsync(ct);
        if (turn is null) return LongQuestions.Busy.ToResult();
        var documents = body.Documents.Select(static d => d.ToInput()).ToList();
        var (findings, policies) = await preview.SupposeAsync(documents, prune, static (_, changes, _) => Task.FromResult(Policies(changes)), ct);
        if (findings.Refused) return ApiProblem.Refused(findings.Errors).ToResult();
        List<PolicyDefinition> put = [.. policies!.Where(static policy => policy.Spec is PolicySpec).Select(static policy => Definition(policy.Key.Name, (PolicySpec)policy.Spec!))];
        return Answers.Ok(await replay.CompareAsync(put, [.. policies!.Where(static policy => policy.Spec is null).Select(static policy => policy.Key.Name)], limit, ct));
    }

    private static List<SupposedChange> Policies(IReadOnlyList<SupposedChange> changes) => [.. changes.Where(static change => change.Key.Kind == PolicyKind.Name)];

    private static PolicyDefinition Definition(string name, PolicySpec spec) => new(name, spec.Cedar, spec.ReportOnly);
}
