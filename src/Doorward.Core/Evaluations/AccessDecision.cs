using System.Collections.Immutable;

namespace Doorward.Core.Evaluations;

/// <summary>The answer of an evaluation. The default value is a denial.</summary>
public readonly record struct AccessDecision
{
    /// <summary>The closed reason; <see cref="DecisionCause.Permitted"/> exactly when <see cref="Allowed"/>.</summary>
    public DecisionCause Cause { get; init; }

    public bool Allowed => Cause == DecisionCause.Permitted;

    /// <summary>Names of the policies that decided: the permits of an allow, the forbids of a deny.</summary>
    public ImmutableArray<string> Reasons { get => field.IsDefault ? [] : field; init; }

    /// <summary>Policies that could not be evaluated, and why.</summary>
    public ImmutableArray<PolicyFault> Errors { get => field.IsDefault ? [] : field; init; }

    /// <summary>Report-only policies that would have turned the answer around.</summary>
    public ImmutableArray<string> ReportOnly { get => field.IsDefault ? [] : field; init; }
}

/// <summary>What is wrong with one policy, and where: line and column count from 1, 0 when there is no place.</summary>
public sealed record PolicyFault(string Policy, string Message, int Line = 0, int Column = 0, string? Hint = null);

/// <summary>One policy as published: its name is its Cedar id.</summary>
public sealed record PolicyDefinition(string Name, string Cedar, bool ReportOnly = false, bool System = false);
