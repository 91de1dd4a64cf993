using System.Text.Json;
using Doorward.Cedar;
using Doorward.Control.Decisions;
using Doorward.Control.Policies;
using Doorward.Control.Policies.Cases;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Specs;
using Doorward.Core.Applications;
using Doorward.Core.Evaluations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Doorward.Control.Api.Endpoints;

/// <summary>An access as supposed: one of user, service and anonymous asks; all else may be left out (see docs/reference/resources.md, Policy).</summary>
public sealed record CanBody(
    string Application, string? User = null, string? Service = null, bool Anonymous = false, IReadOnlyList<string>? Groups = null, AccessAction? Action = null,
    int? Assurance = null, IReadOnlyList<string>? Methods = null, string? SignInAge = null, string? Address = null, string? Network = null,
    DeviceBody? Device = null, RiskBody? Risk = null, string? At = null, int? Hour = null, int? Weekday = null, string? Method = null, string? Path = null,
    TunnelBody? Tunnel = null);

/// <summary>What is not said of a tunnel is of the application's first target. Login: the name that an SSH certificate is asked for.</summary>
public sealed record TunnelBody(string? Host = null, int? Port = null, string? Login = null);

/// <summary>What is not said of a device is not so.</summary>
public sealed record DeviceBody(string? Id = null, bool Managed = false, bool Seen = false, bool Bound = false, bool Compliant = false);

public sealed record RiskBody(int Score, string? Level = null, IReadOnlyList<string>? Reasons = null);

/// <param name="Decision">allow or deny.</param>
/// <param name="Cause">Why, of the closed vocabulary.</param>
/// <param name="Policies">Those that decided.</param>
/// <param name="Errors">Policies that could not be evaluated, and why.</param>
/// <param name="ReportOnly">Those on trial that would have turned it around.</param>
/// <param name="Remedies">Of a denial: what would make it an allow, smallest first.</param>
/// <param name="Considered">Every policy whose scope matches, clause by clause; at most 50.</param>
/// <param name="Evidence">Every fact that was supposed.</param>
public sealed record CanAnswer(
    string Decision, string Cause, IReadOnlyList<string> Policies, IReadOnlyList<string> Errors, IReadOnlyList<string> ReportOnly,
    IReadOnlyList<ExplainedRemedy> Remedies, IReadOnlyList<ConsideredView> Considered, IReadOnlyList<ExplainedFact> Evidence);

/// <param name="Decided">Whether the answer rests on it.</param>
/// <param name="Principal">Whom it speaks of, as its scope says; null for everybody.</param>
public sealed record ConsideredView(string Name, string Effect, bool ReportOnly, bool Decided, IReadOnlyList<ClauseView> Clauses, string? Explain, string? Principal = null);

/// <param name="Outcome">holds, fails or error.</param>
public sealed record ClauseView(string Text, string Outcome, string? Error);

/// <summary>Would they get in? It changes nothing, so whoever may see may ask.</summary>
internal static class AccessEndpoints
{
    public static void MapAccessQuestions(this IEndpointRouteBuilder api) =>
        api.MapPost("/access/can", CanAsync).Views("access.can").Produces<CanAnswer>().WithTags("Access");

    private static async Task<IResult> CanAsync(CanBody body, AccessQuestions questions, CancellationToken ct)
    {
        var errors = new List<ResourceError>();
        var asked = AccessCaseText.Read(new SpecReader(JsonSerializer.SerializeToElement(body, ApiJson.Options), errors));
        if (errors is [var error, ..]) return ApiProblem.BadRequest($"{error.Message}.", error.Field, error.Fix ?? "").ToResult();
        return await questions.CanAsync(asked, ct) switch
        {
            AccessAnswer.Missing missing => ApiProblem.NotFound($"{missing.Kind} {Shown.Text(missing.Name)}").ToResult(),
            AccessAnswer.Decided decided => Answers.Ok(View(decided)),
            _ => throw new InvalidOperationException("A question ended in a way that has no answer."),
        };
    }

    private static CanAnswer View(AccessAnswer.Decided answer) => new(
        answer.Decision.Allowed ? "allow" : "deny",
        answer.Decision.Cause.ToString(),
        answer.Decision.Reasons,
        [.. answer.Decision.Errors.Select(static e => $"{e.Policy}: {e.Message}")],
        answer.Decision.ReportOnly,
        [.. answer.Remedies.Select(ExplainedRemedy.Of)],
        [.. answer.Considered.Select(one => View(one, answer.Decision)).OrderByDescending(static one => one.Decided)],
        EvidenceFacts.Of(answer.Input));

    internal static ConsideredView View(ConsideredPolicy considered, AccessDecision decision)
    {
        var definition = considered.Policy.Definition;
        return new ConsideredView(
            definition.Name,
            considered.Policy.Policy.Effect == Effect.Permit ? "permit" : "forbid",
            definition.ReportOnly,
            decision.Reasons.Contains(definition.Name),
            [.. considered.Clauses.Select(static clause => new ClauseView(clause.Text, clause.Error is null ? clause.Holds ? "holds" : "fails" : "error", clause.Error?.Message))],
            considered.Policy.Explanation,
            Text(considered.Policy.Policy.Scope.Principal));
    }

    private static string? Text(EntityConstraint principal) => principal switch
    {
        EntityConstraint.Equal one => $"principal == {one.Entity}",
        EntityConstraint.In group => $"principal in {group.Entity}",
        EntityConstraint.Is type => $"principal is {type.EntityType}",
        EntityConstraint.IsIn both => $"principal is {both.EntityType} in {both.Entity}",
        _ => null,
    };
}
