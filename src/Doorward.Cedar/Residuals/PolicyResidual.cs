namespace Doorward.Cedar.Residuals;

/// <summary>What is known of a policy when not everything is known of a request.</summary>
public enum PolicyState
{
    /// <summary>Whether it is satisfied depends on what is not known.</summary>
    Residual = 0,

    /// <summary>It is satisfied, whatever the rest turns out to be.</summary>
    Satisfied,

    /// <summary>It is not satisfied and raises no error, whatever the rest turns out to be.</summary>
    NotSatisfied,

    /// <summary>It raises an error, whatever the rest turns out to be.</summary>
    Error,
}

/// <summary>What is left of a policy when not everything is known of a request.</summary>
public sealed class PolicyResidual
{
    private readonly Outcomes _outcomes;

    internal PolicyResidual(Policy policy, Policy? rest, Outcomes outcomes) => (Policy, Rest, _outcomes) = (policy, rest, outcomes);

    /// <summary>The whole policy.</summary>
    public Policy Policy { get; }

    /// <summary>
    /// The policy, under the same id, that comes to the same as the whole once the rest is known, with the same errors at their places
    /// in the text of the whole (one of type perhaps further inside). Null when it is not satisfied whatever comes.
    /// </summary>
    public Policy? Rest { get; }

    /// <summary>What is known already.</summary>
    public PolicyState State => _outcomes switch
    {
        Outcomes.True => PolicyState.Satisfied,
        Outcomes.False => PolicyState.NotSatisfied,
        Outcomes.Error => PolicyState.Error,
        _ => PolicyState.Residual,
    };

    /// <summary>Whether there may be requests that satisfy it.</summary>
    public bool MayBeSatisfied => _outcomes.May(Outcomes.True);

    /// <summary>Whether there may be requests for which it raises an error.</summary>
    public bool MayFail => _outcomes.May(Outcomes.Error);

    internal bool IsEffective(bool denyOnError) => _outcomes.May(Effective(denyOnError));

    internal bool IsEffectiveAlways(bool denyOnError) => (_outcomes & ~Effective(denyOnError)) == 0;

    // What makes the policy count: for a forbid that must hold, an error too.
    private Outcomes Effective(bool denyOnError) =>
        denyOnError && Policy.Effect == Effect.Forbid ? Outcomes.True | Outcomes.Error : Outcomes.True;
}
