namespace Doorward.Cedar;

/// <summary>What became of one condition of a policy whose scope matches.</summary>
/// <param name="Text">The clause as it is written, with <c>when</c> or <c>unless</c>.</param>
/// <param name="Holds">Whether it lets the policy apply; false also when it could not be evaluated.</param>
/// <param name="Error">Why it could not be evaluated, when that is so.</param>
public sealed record ClauseOutcome(string Text, bool Holds, EvaluationError? Error);
