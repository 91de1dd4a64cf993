using System.Text.Json;
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
        ApplyBody body, HttpContext context, ResourceEditor editor, PolicyReplay replay, bool prune = false, int limit = PolicyReplay.DefaultDecisions, CancellationToken ct = default)
    {
        if (body.Documents.Count > ResourceEditor.MaxDocuments)
            return ApiProblem.BadRequest($"At most {ResourceEditor.MaxDocuments} documents are compared at once.", "documents", "Split them.").ToResult();
        if (limit is < 1 or > PolicyReplay.MostDecisions)
            return ApiProblem.BadRequest($"1 to {PolicyReplay.MostDecisions} decisions are compared.", "limit", "Leave it out for the usual number.").ToResult();
        var documents = body.Documents.Select(static d => d.ToInput()).ToList();
        return await editor.ApplyAsync(documents, new ApplyOptions(DryRun: true, prune, FailingTests: true), context.Call().Actor, ct) switch
        {
            EditResult.Done done => Answers.Ok(await replay.CompareAsync(Put(documents, done), Removed(done), limit, ct)),
            var refused => Answers.Of(refused, static _ => throw new InvalidOperationException("An edit was both done and refused.")),
        };
    }

    // The edit found them to be good, so that their fields are what they should be.
    private static List<PolicyDefinition> Put(List<DocumentInput> documents, EditResult.Done done)
    {
        var names = Policies(done, static change => change is ChangeWord.Created or ChangeWord.Updated).ToHashSet(StringComparer.Ordinal);
        return
        [
            .. documents.Where(document => PolicyKind.Name.Equals(document.Kind, StringComparison.OrdinalIgnoreCase) && names.Contains(document.Name!)).Select(static document =>
                new PolicyDefinition(
                    document.Name!, document.Spec.GetProperty("cedar").GetString()!.Trim(),
                    document.Spec.TryGetProperty("reportOnly", out var reportOnly) && reportOnly.ValueKind == JsonValueKind.True)),
        ];
    }

    private static List<string> Removed(EditResult.Done done) => [.. Policies(done, static change => change == ChangeWord.Deleted)];

    private static IEnumerable<string> Policies(EditResult.Done done, Func<ChangeWord, bool> which) =>
        done.Changes.Where(change => change.Kind == PolicyKind.Name && which(change.Change)).Select(static change => change.Name);
}
