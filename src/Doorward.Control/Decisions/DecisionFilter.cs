using Doorward.Control.Api;

namespace Doorward.Control.Decisions;

/// <summary>What decisions are looked for by. All that is given must hold.</summary>
/// <param name="User">A name, or part of one when nobody has exactly that.</param>
/// <param name="Application">A name, or part of one when none has exactly that.</param>
/// <param name="Decision">allow or deny; none for what gateways answered without asking a policy.</param>
/// <param name="Cause">Of the closed vocabulary; of a refusal, its code.</param>
/// <param name="From">The first moment.</param>
/// <param name="To">The moment after the last.</param>
internal sealed record DecisionFilter(
    string? User = null, string? Application = null, string? Decision = null, string? Cause = null, string? Session = null,
    DateTimeOffset? From = null, DateTimeOffset? To = null)
{
    private const int Longest = 256;

    /// <summary>What is wrong with it, or null.</summary>
    public ApiProblem? Problem()
    {
        if (Decision is not (null or "allow" or "deny" or "none"))
            return ApiProblem.BadRequest("The filter is not a decision.", "decision", "Write allow, deny, or none for answers without one.");
        return new[] { User, Application, Cause, Session }.Any(static text => text?.Length > Longest)
            ? ApiProblem.BadRequest("The filter is too long.", null, $"Use up to {Longest} characters.")
            : null;
    }
}
