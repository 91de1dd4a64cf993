using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Validation;

/// <summary>What a finding is about.</summary>
public enum ValidationFindingKind
{
    /// <summary>An entity type that the schema does not declare.</summary>
    UnknownEntityType,

    /// <summary>An action that the schema does not declare.</summary>
    UnknownAction,

    /// <summary>An id that is none of the enumeration's.</summary>
    UnknownChoice,

    /// <summary>A value of a type that does not belong there.</summary>
    UnexpectedType,

    /// <summary>Two values that cannot be compared or stand beside each other.</summary>
    IncompatibleTypes,

    /// <summary>An attribute that is not declared.</summary>
    UnknownAttribute,

    /// <summary>An optional attribute or a tag that is read without asking first whether it is there.</summary>
    UnguardedAccess,

    /// <summary>Something that strict validation does not let pass: an empty set, or an extension value of a text that is not written out.</summary>
    Strictness,

    /// <summary>A call with arguments that the function does not take.</summary>
    Arguments,

    /// <summary>There are more kinds of requests than can be looked at in bounded time.</summary>
    TooManyRequests,

    /// <summary>Warning: a policy that no request can satisfy.</summary>
    Impossible,

    /// <summary>Warning: text that does not read as it looks.</summary>
    DeceptiveText,

    /// <summary>Warning: a forbid that does not apply when evidence is missing.</summary>
    ForbidNeedsEvidence,
}

/// <summary>An error or a warning of validation.</summary>
/// <param name="PolicyId">Which policy.</param>
/// <param name="Kind">What it is about.</param>
/// <param name="Message">In a sentence.</param>
/// <param name="Location">Where in the policy's text.</param>
public sealed record ValidationFinding(string PolicyId, ValidationFindingKind Kind, string Message, SourceLocation Location)
{
    /// <summary>What should stand there instead, when that is known, as the name of a type.</summary>
    public string? Expected { get; init; }

    /// <summary>What would help, when that is known.</summary>
    public string? Hint { get; init; }

    /// <summary>For which requests, when the policy is right for others: <c>principal User, Action::"read", resource Page</c>.</summary>
    public string? Environment { get; init; }

    /// <summary>One line with policy, place, message and hint.</summary>
    public override string ToString() => Hint is null ? $"{PolicyId}, {Location}: {Message}" : $"{PolicyId}, {Location}: {Message} {Hint}";
}

/// <summary>What validation found.</summary>
/// <param name="Errors">What makes the policies invalid, policy by policy.</param>
/// <param name="Warnings">What is worth a look.</param>
public sealed record ValidationResult(IReadOnlyList<ValidationFinding> Errors, IReadOnlyList<ValidationFinding> Warnings)
{
    /// <summary>Whether there is no error.</summary>
    public bool IsValid => Errors.Count == 0;
}
