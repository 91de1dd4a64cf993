namespace Doorward.Cedar.Residuals;

/// <summary>What can be said of a request of which not everything is known.</summary>
/// <param name="Decision">The decision when it is the same whatever the rest turns out to be, else null.</param>
/// <param name="Policies">All policies of the set, in its order.</param>
public sealed record PartialResponse(Decision? Decision, IReadOnlyList<PolicyResidual> Policies)
{
    /// <summary>
    /// What is left of the set: for every request that the partial one may turn out to be, and entities that those known may turn out
    /// to be, it gives the decision, reasons and errors that the whole set gives.
    /// </summary>
    public PolicySet Rest { get; } = PolicySet.Create(Policies.Where(policy => policy.Rest is not null).Select(policy => policy.Rest!));
}
