using Doorward.Cedar;
using Doorward.Control.Policies;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Doorward.Core.Applications;
using Doorward.Core.Evaluations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

internal sealed record CedarBody(string Cedar);

/// <summary>What a publication would be refused for; and, where it would not, what somebody should look at first.</summary>
public sealed record CheckAnswer(IReadOnlyList<ResourceError> Errors, IReadOnlyList<ResourceError> Warnings);

public sealed record WhoCanBody(string Application, AccessAction? Action = null, int Assurance = 2, int? Limit = null, string? Cursor = null);

public sealed record WhoCanView(string User, IReadOnlyList<string> Policies);

/// <summary>Questions about policies. They change nothing, so whoever may see may ask.</summary>
internal static class PolicyEndpoints
{
    public static void MapPolicyQuestions(this IEndpointRouteBuilder api)
    {
        api.MapPost("/policies/check", CheckAsync).Views("policy.check").Produces<CheckAnswer>().WithTags("Policy");
        api.MapPost("/policies/format", Format).Views("policy.format").Produces<CedarBody>().WithTags("Policy");
        api.MapPost("/access/who-can", WhoCanAsync).Views("access.who-can").Produces<Page<WhoCanView>>().WithTags("Access");
    }

    private static async Task<IResult> CheckAsync(ApplyBody body, PublicationPreview preview, CancellationToken ct)
    {
        if (body.Documents.Count > ResourceEditor.MaxDocuments)
            return ApiProblem.BadRequest($"At most {ResourceEditor.MaxDocuments} documents are checked at once.", "documents", "Split them.").ToResult();
        var documents = body.Documents.Select(static d => d.ToInput()).ToList();
        if (preview.OtherKind(documents) is { } kind)
            return ApiProblem.BadRequest($"A check looks at policies and at what they name, not at {kind}.", "documents", "Leave it out, or apply with dryRun.").ToResult();
        var findings = await preview.LookAsync(documents, ct);
        return Answers.Ok(findings.Refused ? new CheckAnswer(findings.Errors, []) : new CheckAnswer([], findings.Warnings));
    }

    private static IResult Format(CedarBody body)
    {
        var result = PolicyFormatter.Format(body.Cedar);
        return result.Text is { } formatted
            ? Answers.Ok(new CedarBody(formatted))
            : ApiProblem.Refused([.. result.Errors.Select(static e => new ResourceError
            {
                Field = "cedar", Message = e.Message, Fix = e.Hint, Line = e.Location.Line, Column = e.Location.Column,
            })]).ToResult();
    }

    private static async Task<IResult> WhoCanAsync(WhoCanBody body, AccessQuestions questions, CancellationToken ct)
    {
        if (Refuse(body.Assurance) is { } problem) return problem.ToResult();
        return await questions.WhoCanAsync(body.Application, body.Action, body.Assurance, new PageRequest(body.Limit, body.Cursor), ct) is { } people
            ? Answers.Ok(people)
            : ApiProblem.NotFound($"application {Shown.Text(body.Application)}").ToResult();
    }

    private static ApiProblem? Refuse(int assurance) => assurance is >= 1 and <= 3
        ? null
        : ApiProblem.BadRequest("There is no such assurance.", "assurance", "Write 1 password, 2 two factors or 3 phishing-resistant.");
}
