using System.Text.Json;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

/// <summary>A document as YAML said it. Fields that are not here lie in <c>spec</c>.</summary>
/// <param name="Version">The version that it is to replace, 0 for none; left out it replaces any.</param>
public sealed record DocumentBody(string? Kind, string? Name, JsonElement? Spec = null, string? Source = null, long? Version = null)
{
    internal DocumentInput ToInput() => new(Kind, Name, Spec ?? default, Source, Version);
}

public sealed record ApplyBody(IReadOnlyList<DocumentBody> Documents);

internal sealed record ApplyAnswer(IReadOnlyList<ResourceChange> Changes, IReadOnlyList<ResourceError> Warnings, long Revision);

internal static class ApplyEndpoints
{
    public static void MapApply(this IEndpointRouteBuilder api) => api
        .MapPost("/apply", ApplyAsync)
        .ActsAtOnce("resource.apply")
        .Produces<ApplyAnswer>();

    private static async Task<IResult> ApplyAsync(
        ApplyBody body, HttpContext context, ConfirmationDemand confirmations, ResourceEditor editor, bool dryRun = false, bool prune = false, CancellationToken ct = default)
    {
        var call = context.Call();
        if (!dryRun && await confirmations.DemandAsync(call.Principal, ct) is { } unconfirmed) return unconfirmed.ToResult();
        if (body.Documents.Count is 0 or > ResourceEditor.MaxDocuments)
            return ApiProblem.BadRequest($"1 to {ResourceEditor.MaxDocuments} documents are applied at once.", "documents", "Split them.").ToResult();
        call.Details["documents"] = body.Documents.Count;
        call.Details["dryRun"] = dryRun;
        call.Details["prune"] = prune;
        var documents = body.Documents.Select(static d => d.ToInput()).ToList();
        var result = await editor.ApplyAsync(documents, new ApplyOptions(dryRun, prune), call.Actor, ct);
        return Answers.Of(result, done =>
        {
            call.Changed(done.Changes);
            call.Details["revision"] = done.Revision;
            return Answers.Ok(new ApplyAnswer(done.Changes, done.Warnings, done.Revision));
        });
    }
}
