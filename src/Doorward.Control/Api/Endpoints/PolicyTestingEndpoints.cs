using Doorward.Control.Policies;
using Doorward.Control.Policies.Tests;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

/// <param name="Tests">How many were asked.</param>
/// <param name="Failed">How many of them fail.</param>
/// <param name="Items">Each of them, those that fail first.</param>
/// <param name="Refusal">Why not all could be asked.</param>
public sealed record PolicyTestAnswer(int Tests, int Failed, IReadOnlyList<PolicyTestResult> Items, ResourceError? Refusal);

/// <summary>What the tests of all policies say of them as an apply would leave them. It changes nothing, so whoever may see may ask.</summary>
internal static class PolicyTestingEndpoints
{
    public static void MapPolicyTesting(this IEndpointRouteBuilder api) =>
        api.MapPost("/policies/test", TestAsync).Views("policy.test").Produces<PolicyTestAnswer>().WithTags("Policy");

    private static async Task<IResult> TestAsync(ApplyBody body, PublicationPreview preview, PolicyTesting testing, LongQuestions questions, bool prune = false, CancellationToken ct = default)
    {
        if (body.Documents.Count > ResourceEditor.MaxDocuments)
            return ApiProblem.BadRequest($"At most {ResourceEditor.MaxDocuments} documents are tested at once.", "documents", "Split them.").ToResult();
        using var turn = await questions.EnterAsync(ct);
        if (turn is null) return LongQuestions.Busy.ToResult();
        var documents = body.Documents.Select(static d => d.ToInput()).ToList();
        var (findings, subject) = await preview.SupposeAsync(documents, prune, PolicyTesting.ReadAsync, ct);
        return findings.Refused ? ApiProblem.Refused(findings.Errors).ToResult() : Answers.Ok(View(testing.Run(subject!, ct)));
    }

    private static PolicyTestAnswer View(PolicyTestReport report) => new(
        report.Results.Count,
        report.Failed.Count(),
        [.. report.Results.OrderBy(static result => result.Passed)],
        report.Refusal);
}
