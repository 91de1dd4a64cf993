using Doorward.Core.Remedies;

namespace Doorward.Control.Decisions;

/// <summary>Why a decision came out as it did, and whether it would again.</summary>
internal sealed record Explanation
{
    public required string Id { get; init; }
    public required DateTimeOffset Time { get; init; }
    public required string Decision { get; init; }
    public required string Cause { get; init; }
    public string? User { get; init; }
    public required string Application { get; init; }
    public required string Action { get; init; }
    public string? Address { get; init; }
    public string? Session { get; init; }
    public string? Grant { get; init; }
    public required string Gateway { get; init; }
    public required long PolicyRevision { get; init; }

    /// <summary>The policies that decided, with the clauses they did it by.</summary>
    public required IReadOnlyList<ExplainedPolicy> Policies { get; init; }
    public required IReadOnlyList<string> Errors { get; init; }
    public required IReadOnlyList<string> ReportOnly { get; init; }

    /// <summary>Every fact that was known; null when the input is not kept any more.</summary>
    public IReadOnlyList<ExplainedFact>? Evidence { get; init; }

    /// <summary>What would have turned it into an allow, smallest first.</summary>
    public required IReadOnlyList<ExplainedRemedy> Remedies { get; init; }

    /// <summary>The same input against the policies of then: must come out the same. Null when policies did not decide, or the input is gone.</summary>
    public ExplainedEvaluation? Again { get; init; }

    /// <summary>The same input against the policies of now.</summary>
    public ExplainedEvaluation? Today { get; init; }
}

internal sealed record ExplainedPolicy(string Name, string Effect, string Cedar, IReadOnlyList<string> Conditions, string? Explain);

/// <summary>One fact, where it came from, and how old it was at the moment of the decision.</summary>
internal sealed record ExplainedFact(string Fact, string Value, string Source, string? Age = null);

/// <summary>What would turn a denial into an allow, in plain sentences, wherever the API tells of it.</summary>
internal sealed record ExplainedRemedy(IReadOnlyList<string> Steps, bool OwnDoing)
{
    public static ExplainedRemedy Of(Remedy remedy) => new([.. remedy.Changes.Select(static c => c.Sentence)], remedy.OwnDoing);
}

internal sealed record ExplainedEvaluation(string Decision, string Cause, IReadOnlyList<string> Policies, bool Same);
