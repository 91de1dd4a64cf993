using System.Text.Json;
using Doorward.Cedar;
using Doorward.Cedar.Editing;
using Doorward.Core.Policies;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

/// <summary>The schema of policies in both syntaxes.</summary>
internal sealed record SchemaAnswer(string Cedar, JsonElement Json);

/// <param name="Offset">Where the cursor stands, in UTF-16 units; without it nothing is proposed.</param>
public sealed record AssistBody(string Cedar, int? Offset = null);

/// <summary>An error or warning at its place: line and column from 1, start and length in UTF-16 units.</summary>
public sealed record NoteView(string Message, int Line, int Column, int Start, int Length, string? Expected, string? Hint);

public sealed record ProposalView(string Text, CompletionKind Kind, string? Detail);

/// <summary>What may stand at the cursor, in place of the units from start on.</summary>
public sealed record ProposalsView(int Start, int Length, IReadOnlyList<ProposalView> Items);

/// <param name="Formatted">The text in its one layout; absent when it does not parse.</param>
public sealed record AssistAnswer(IReadOnlyList<NoteView> Errors, IReadOnlyList<NoteView> Warnings, string? Formatted, ProposalsView? Proposals);

/// <summary>What an editor asks while somebody types one policy. It looks at the text alone; <c>check</c> knows what else there is.</summary>
internal static class PolicyWriting
{
    private static readonly Lazy<SchemaAnswer> Schema = new(static () =>
        new SchemaAnswer(ShippedSchema.Text, JsonDocument.Parse(ShippedSchema.Schema.ToJson()).RootElement.Clone()));

    public static void MapPolicyWriting(this IEndpointRouteBuilder api)
    {
        api.MapGet("/schema", static () => Answers.Ok(Schema.Value)).Views("schema.get").Produces<SchemaAnswer>().WithTags("Policy");
        api.MapPost("/policies/assist", Assist).Views("policy.assist").Produces<AssistAnswer>().WithTags("Policy");
    }

    private static IResult Assist(AssistBody body)
    {
        if (body.Cedar.Length > ParserOptions.Default.MaxLength)
            return ApiProblem.BadRequest($"The text has more than {ParserOptions.Default.MaxLength} characters.", "cedar", "Split it.").ToResult();
        if (body.Offset is { } outside && (outside < 0 || outside > body.Cedar.Length))
            return ApiProblem.BadRequest("The offset lies outside of the text.", "offset", $"Give 0 to {body.Cedar.Length}.").ToResult();
        var check = PolicyCheck.Of("policy", body.Cedar);
        var proposals = body.Offset is { } offset ? PolicyCompletion.At(ShippedSchema.Schema, body.Cedar, offset) : null;
        return Answers.Ok(new AssistAnswer(
            [.. check.Errors.Select(View)],
            [.. check.Warnings.Select(View)],
            check.Policy is null ? null : PolicyFormatter.Format(body.Cedar).Text,
            proposals is null ? null : View(proposals)));
    }

    internal static ProposalsView View(CompletionList proposals) => new(
        proposals.Replaces.Start, proposals.Replaces.Length, [.. proposals.Items.Select(static item => new ProposalView(item.Text, item.Kind, item.Detail))]);

    private static NoteView View(PolicyNote note) => new(
        note.Message, note.Location.Line, note.Location.Column, note.Location.Start, note.Location.Length, note.Expected, note.Hint);
}
