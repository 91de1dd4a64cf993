using Doorward.Control.Devices.Compliance;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Specs;
using Doorward.Core.Policies;
using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Api.Endpoints;

/// <summary>What an author of posture rules asks: which devices would fail one, and what may stand in its expression. Nothing is changed.</summary>
internal static class PostureRuleWriting
{
    private const string NewRule = "rule";

    // The whole document is read as it would be on its way in.
    public static async Task<IResult> CheckAsync(PostureRuleBody body, RuleTrials trials, LongQuestions questions, CancellationToken ct)
    {
        var errors = new List<ResourceError>();
        var name = body.Name ?? NewRule;
        var spec = (PostureRuleSpec)new PostureRuleKind().Read(new SpecReading(name, new SpecReader(body.Spec, errors), null, new InstallationFacts("", new HashSet<int>())));
        if (errors.Count > 0) return ApiProblem.Refused(errors).ToResult();
        using var turn = await questions.EnterAsync(ct);
        return turn is null ? LongQuestions.Busy.ToResult() : Answers.Ok(await trials.RunAsync(new PostureRule(name, spec, RuleText.Compile(name, spec.When).Text), body.Name is not null, ct));
    }

    /// <summary>As for policies, of an expression alone.</summary>
    public static IResult Assist(AssistBody body)
    {
        if (body.Cedar.Length > RuleText.MaxLength)
            return ApiProblem.BadRequest($"The expression has more than {RuleText.MaxLength} characters.", "cedar", "Split the rule.").ToResult();
        if (body.Offset is { } outside && (outside < 0 || outside > body.Cedar.Length))
            return ApiProblem.BadRequest("The offset lies outside of the text.", "offset", $"Give 0 to {body.Cedar.Length}.").ToResult();
        IReadOnlyList<RuleProblem> problems = string.IsNullOrWhiteSpace(body.Cedar) ? [] : RuleText.Compile(NewRule, body.Cedar).Problems;
        return Answers.Ok(new AssistAnswer(
            [.. problems.Select(static problem => new NoteView(problem.Message, problem.Line, problem.Column, problem.Start, problem.Length, problem.Expected, problem.Hint))],
            [],
            problems.Count == 0 ? body.Cedar.Trim() : null,
            body.Offset is { } offset ? PolicyWriting.View(RuleText.ProposalsAt(body.Cedar, offset)) : null));
    }
}
