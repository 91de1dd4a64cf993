using Doorward.Control.Api;

namespace Doorward.Control.Decisions;

/// <summary>What decisions are looked for by. All that is given must hold.</summary>
internal sealed record DecisionFilter
{
    private const int Longest = 256;

    /// <summary>A name, or part of one when nobody has exactly that.</summary>
    public string? User { get; init; }

    /// <summary>A name, or part of one when none has exactly that.</summary>
    public string? Application { get; init; }

    /// <summary>allow or deny; none for what gateways answered without asking a policy.</summary>
    public string? Decision { get; init; }

    /// <summary>Of the closed vocabulary; of a refusal, its code.</summary>
    public string? Cause { get; init; }

    public string? Session { get; init; }

    /// <summary>The first moment.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>The moment after the last.</summary>
    public DateTimeOffset? To { get; init; }

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
