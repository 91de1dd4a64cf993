using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Analysis;

/// <summary>Why a policy has no effect.</summary>
public enum AnalysisKind
{
    /// <summary>No request that the schema allows satisfies it.</summary>
    NeverApplies,

    /// <summary>Whenever this permit is satisfied, a forbid is too.</summary>
    AlwaysOverruled,
}

/// <summary>A policy that changes no decision, whatever requests and entities that agree with the schema come.</summary>
/// <param name="PolicyId">Which policy.</param>
/// <param name="Kind">Why.</param>
/// <param name="Message">The reason in a sentence.</param>
/// <param name="Location">Where in the policy's text.</param>
public sealed record AnalysisFinding(string PolicyId, AnalysisKind Kind, string Message, SourceLocation Location)
{
    /// <summary>The policies that overrule it.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <summary>One line with policy, place and message.</summary>
    public override string ToString() => $"{PolicyId}, {Location}: {Message}";
}
