using System.Collections.Immutable;
using Doorward.Cedar;
using Doorward.Cedar.Editing;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Validation;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Policies;

namespace Doorward.Control.Devices.Compliance;

/// <summary>
/// The expression of a rule, as a policy of Cedar that permits who satisfies it. Its schema declares every fact as known, so that nobody
/// writes <c>has</c>: an unknown one is an error in evaluation, and who cannot be evaluated is not permitted.
/// </summary>
internal sealed class RuleText
{
    private const string Before = "permit (principal, action, resource) when { ";
    private const string Behind = "\n};";
    public const int MaxLength = 8 * 1024;
    private static readonly EntityUid Judge = new("Action", "judge");
    private static readonly AuthorizerOptions Options = new() { DenyOnError = true };
    private readonly PolicySet _policy;

    private RuleText(Policy policy)
    {
        _policy = PolicySet.Create([policy]);
        Facts = [.. FactNames.All.Where(fact => policy.Facts.Reads($"context.posture.{fact.Name}"))];
        Weighed = [.. FactNames.All.Where(fact => policy.Facts.Reads($"context.posture.{fact.Name}.provenance"))];
    }

    /// <summary>What rules may speak of.</summary>
    public static Schema Schema { get; } = Schema.Parse(SchemaText()).Schema ?? throw new InvalidOperationException("The schema of posture rules does not parse.");

    /// <summary>The facts that it reads.</summary>
    public ImmutableArray<FactDefinition> Facts { get; }

    /// <summary>Those of them of which it asks who stands behind them.</summary>
    public ImmutableArray<FactDefinition> Weighed { get; }

    public static (RuleText? Text, IReadOnlyList<RuleProblem> Problems) Compile(string name, string when)
    {
        var parsed = PolicyParser.ParsePolicy(name, Before + when + Behind);
        if (parsed.Policy is not { } policy) return (null, [.. parsed.Errors.Select(error => ProblemOf(PolicyNote.Of(error), when))]);
        var errors = new PolicyValidator(Schema).Validate(PolicySet.Create([policy])).Errors;
        return errors.Count == 0
            ? (new RuleText(policy), [])
            : (null, [.. errors.Select(error => ProblemOf(PolicyNote.Of(error), when))]);
    }

    /// <summary>What may stand at a place of an expression that is being written.</summary>
    public static CompletionList ProposalsAt(string when, int offset)
    {
        var proposals = PolicyCompletion.At(Schema, Before + when + Behind, Before.Length + offset);
        return proposals with { Replaces = proposals.Replaces with { Start = proposals.Replaces.Start - Before.Length } };
    }

    public RuleAnswer Ask(RuleSubject subject)
    {
        var device = new EntityUid("Device", subject.Id);
        var request = new AuthorizationRequest(device, Judge, device, Context(subject));
        var answer = Authorizer.IsAuthorized(_policy, EntityStore.Create([new Entity(device), new Entity(Judge)]), request, Options);
        return answer.Decision == Decision.Allow ? RuleAnswer.Holds : answer.Errors.Count > 0 ? RuleAnswer.Unknown : RuleAnswer.Fails;
    }

    private static RecordValue Context(RuleSubject subject) => RecordValue.Create(
        ("posture", RecordValue.Create(subject.Posture.Facts.Values.Where(static fact => fact.State != FactState.Unknown).Select(static fact =>
            KeyValuePair.Create(fact.Name, (CedarValue)RecordValue.Create(
                ("pass", CedarValue.From(fact.State == FactState.Pass)), ("provenance", CedarValue.From((long)fact.Provenance + 1))))))),
        ("platform", CedarValue.From(subject.Platform)),
        ("keyAssurance", CedarValue.From((long)subject.KeyAssurance)));

    // Places are those of the expression; what is missing at the end of the policy is missing at its end.
    private static RuleProblem ProblemOf(PolicyNote note, string when)
    {
        var start = Math.Clamp(note.Location.Start - Before.Length, 0, when.Length);
        return new RuleProblem(note.Message, note.Hint, note.Location.Line, note.Location.Line == 1 ? Math.Max(1, note.Location.Column - Before.Length) : note.Location.Column)
        {
            Start = start,
            Length = Math.Min(note.Location.Length, when.Length - start),
            Expected = note.Expected,
        };
    }

    private static string SchemaText() => $$"""
        type Fact = { pass: Bool, provenance: Long };
        type Posture = { {{string.Join(", ", FactNames.All.Select(static fact => $"{fact.Name}: Fact"))}} };
        entity Device;
        action judge appliesTo { principal: [Device], resource: [Device], context: { posture: Posture, platform: String, keyAssurance: Long } };
        """;
}

/// <summary>What is wrong with an expression, and where in it.</summary>
internal sealed record RuleProblem(string Message, string? Hint, int Line, int Column)
{
    public int Start { get; init; }
    public int Length { get; init; }
    public string? Expected { get; init; }
}
