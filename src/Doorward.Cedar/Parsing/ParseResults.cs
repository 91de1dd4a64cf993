using System.Diagnostics.CodeAnalysis;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar;

/// <summary>What is wrong with a policy text, where, and what to write instead.</summary>
/// <param name="Message">In a sentence.</param>
/// <param name="Location">Line, column and span.</param>
/// <param name="Hint">What would help, when that is known.</param>
public sealed record ParseError(string Message, SourceLocation Location, string? Hint)
{
    /// <summary>One line with place, message and hint.</summary>
    public override string ToString() => Hint is null ? $"{Location}: {Message}" : $"{Location}: {Message} {Hint}";
}

/// <summary>The policies of a text, or all errors found in it.</summary>
public sealed record PolicySetReadResult
{
    internal PolicySetReadResult(PolicySet? policySet, IReadOnlyList<ParseError> errors) => (PolicySet, Errors) = (policySet, errors);

    /// <summary>The policies; null when there is any error.</summary>
    public PolicySet? PolicySet { get; }

    /// <summary>The errors in the order of the text; empty on success.</summary>
    public IReadOnlyList<ParseError> Errors { get; }

    /// <summary>Whether the text was read without an error.</summary>
    [MemberNotNullWhen(true, nameof(PolicySet))]
    public bool Success => PolicySet is not null;
}

/// <summary>One policy, or all errors found in it.</summary>
public sealed record PolicyReadResult
{
    internal PolicyReadResult(Policy? policy, IReadOnlyList<ParseError> errors) => (Policy, Errors) = (policy, errors);

    /// <summary>The policy; null when there is any error.</summary>
    public Policy? Policy { get; }

    /// <summary>The errors in the order of the text; empty on success.</summary>
    public IReadOnlyList<ParseError> Errors { get; }

    /// <summary>Whether the text was read without an error.</summary>
    [MemberNotNullWhen(true, nameof(Policy))]
    public bool Success => Policy is not null;
}
