namespace Doorward.Cedar;

/// <summary>What became of one policy.</summary>
public enum PolicyOutcomeKind
{
    /// <summary>The scope does not match the request.</summary>
    OutOfScope,

    /// <summary>The scope matches, but a condition does not hold.</summary>
    NotSatisfied,

    /// <summary>Scope and conditions hold.</summary>
    Satisfied,

    /// <summary>The scope matches, but a condition could not be evaluated.</summary>
    Error,
}

/// <summary>What became of one policy for a request.</summary>
/// <param name="Kind">Satisfied or why not.</param>
/// <param name="Error">The error, when that is what became of it.</param>
public readonly record struct PolicyOutcome(PolicyOutcomeKind Kind, EvaluationError? Error = null)
{
    /// <summary>Whether scope and conditions hold.</summary>
    public bool IsSatisfied => Kind == PolicyOutcomeKind.Satisfied;
}
