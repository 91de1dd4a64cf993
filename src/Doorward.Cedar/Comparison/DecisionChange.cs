namespace Doorward.Cedar.Comparison;

/// <summary>What becomes of a request when one policy set takes the place of another.</summary>
public enum DecisionChangeKind
{
    /// <summary>It was denied and would be allowed.</summary>
    NewlyAllowed,

    /// <summary>It was allowed and would be denied.</summary>
    NewlyDenied,

    /// <summary>The decision stays, but other policies make it.</summary>
    OtherReasons,
}

/// <summary>A request as it was recorded, with the entities of then.</summary>
/// <param name="Request">What was asked.</param>
/// <param name="Entities">The entities of then.</param>
public sealed record RecordedRequest(AuthorizationRequest Request, IEntityStore Entities);

/// <summary>A request that two policy sets do not answer in the same way.</summary>
/// <param name="Kind">What changes.</param>
/// <param name="Request">What was asked.</param>
/// <param name="Before">The answer of the first set.</param>
/// <param name="After">The answer of the second set.</param>
public sealed record DecisionChange(DecisionChangeKind Kind, AuthorizationRequest Request, AuthorizationResponse Before, AuthorizationResponse After);
