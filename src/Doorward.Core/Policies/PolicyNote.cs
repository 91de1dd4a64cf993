using Doorward.Cedar;
using Doorward.Cedar.Syntax;
using Doorward.Cedar.Validation;

namespace Doorward.Core.Policies;

/// <summary>An error or a warning about the text of a policy.</summary>
/// <param name="Message">In a sentence.</param>
/// <param name="Location">Where in the text.</param>
public sealed record PolicyNote(string Message, SourceLocation Location)
{
    /// <summary>What should stand there instead, when that is known, as the name of a type.</summary>
    public string? Expected { get; init; }

    /// <summary>What would help, when that is known.</summary>
    public string? Hint { get; init; }

    /// <summary>What a parser says, and what the validator does.</summary>
    public static PolicyNote Of(ParseError error) => new(error.Message, error.Location) { Hint = error.Hint };

    // A policy that is right for one action and wrong for another says so, or its author looks in vain.
    public static PolicyNote Of(ValidationFinding finding) => new(
        finding.Environment is { } requests ? $"{finding.Message.TrimEnd('.')} (for {requests})." : finding.Message, finding.Location)
    {
        Expected = finding.Expected,
        Hint = finding.Hint,
    };
}
