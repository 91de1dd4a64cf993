using Doorward.Control.Api.Endpoints;
using Doorward.Core.Remedies;

namespace Doorward.Control.Decisions;

/// <summary>Why a decision came out as it did, what has become of it since, and whether it would come out so again.</summary>
public sealed record Explanation
{
    public required string Id { get; init; }
    public required DateTimeOffset Time { get; init; }
    public required string Decision { get; init; }
    public required string Cause { get; init; }

    /// <summary>Of a cut: why, as the person was told.</summary>
    public string? Told { get; init; }

    /// <summary>Of an administrator's cut: who asked for it.</summary>
    public string? By { get; init; }

    /// <summary>How the session ended, if it has: whoever was let in by this decision is let in no longer.</summary>
    public SessionEndView? SessionEnd { get; init; }

    /// <summary>As things stand now: account, session, groups, application, age of the sign-in, and policies. Null when nothing can be asked any more.</summary>
    public ExplainedEvaluation? Today { get; init; }

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
    /// <summary>Every policy of then whose scope matches, clause by clause, those that decided first; at most 20. Empty when the input is not kept.</summary>
    public IReadOnlyList<ConsideredView> Considered { get; init; } = [];

    /// <summary>Of a denial: the permits of then for this action and application that speak of somebody else, those first that would have allowed it to them; at most 20.</summary>
    public IReadOnlyList<ConsideredView> NearMisses { get; init; } = [];
    public required IReadOnlyList<string> Errors { get; init; }
    public required IReadOnlyList<string> ReportOnly { get; init; }

    /// <summary>Every fact that was known; null when the input is not kept any more.</summary>
    public IReadOnlyList<ExplainedFact>? Evidence { get; init; }

    /// <summary>What would have turned it into an allow, smallest first.</summary>
    public required IReadOnlyList<ExplainedRemedy> Remedies { get; init; }

    /// <summary>The same input against the policies of then: must come out the same. Null when policies did not decide, or the input is gone.</summary>
    public ExplainedEvaluation? Again { get; init; }

    /// <summary>Of the newest decision: the newest refusal without one, if it came later.</summary>
    public string? Later { get; init; }
}

public sealed record ExplainedPolicy(string Name, string Effect, string Cedar, IReadOnlyList<string> Conditions, string? Explain);

/// <summary>One fact, where it came from, and how old it was at the moment of the decision.</summary>
public sealed record ExplainedFact(string Fact, string Value, string Source, string? Age = null);

/// <summary>What would turn a denial into an allow, in plain sentences, wherever the API tells of it.</summary>
public sealed record ExplainedRemedy(IReadOnlyList<string> Steps, bool OwnDoing)
{
    internal static ExplainedRemedy Of(Remedy remedy) => new([.. remedy.Changes.Select(static c => c.Sentence)], remedy.OwnDoing);
}

/// <summary>An answer asked for again; why says in words what policies do not.</summary>
public sealed record ExplainedEvaluation(string Decision, string Cause, IReadOnlyList<string> Policies, bool Same, string? Why = null);
