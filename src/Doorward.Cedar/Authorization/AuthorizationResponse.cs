using Doorward.Cedar.Syntax;

namespace Doorward.Cedar;

/// <summary>The answer. Its zero value denies.</summary>
public enum Decision
{
    /// <summary>Not permitted, or forbidden.</summary>
    Deny = 0,

    /// <summary>Permitted, and not forbidden.</summary>
    Allow = 1,
}

/// <summary>The answer to a request, why, and which policies could not be evaluated.</summary>
/// <param name="Decision">Allow or deny.</param>
/// <param name="Reasons">
/// The ids of the policies that decided, in the order of the set: all satisfied permits of an allow, all forbids of a deny (with
/// <see cref="AuthorizerOptions.DenyOnError"/> the erroring ones too). Empty when nothing permitted.
/// </param>
/// <param name="Errors">The policies that could not be evaluated, in the order of the set.</param>
public sealed record AuthorizationResponse(Decision Decision, IReadOnlyList<string> Reasons, IReadOnlyList<EvaluationError> Errors);

/// <summary>What went wrong in the evaluation of a policy.</summary>
public enum EvaluationErrorKind
{
    /// <summary>A value is not of the type that an operator takes.</summary>
    Type,

    /// <summary>A record or entity does not have the attribute.</summary>
    MissingAttribute,

    /// <summary>An entity whose attribute is asked for is not in the store.</summary>
    MissingEntity,

    /// <summary>An entity does not have the tag.</summary>
    MissingTag,

    /// <summary>A number does not fit into 64 bits.</summary>
    Overflow,

    /// <summary>An extension function was given something it cannot read or compute.</summary>
    Extension,
}

/// <summary>Why a policy could not be evaluated. The message names types and attributes, never values.</summary>
/// <param name="PolicyId">Which policy.</param>
/// <param name="Kind">What kind of error.</param>
/// <param name="Message">In a sentence.</param>
/// <param name="Location">Where in the policy's text.</param>
public sealed record EvaluationError(string PolicyId, EvaluationErrorKind Kind, string Message, SourceLocation Location)
{
    /// <summary>One line with policy, place and message.</summary>
    public override string ToString() => $"{PolicyId}, {Location}: {Message}";
}
