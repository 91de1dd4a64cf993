namespace Doorward.Cedar;

/// <summary>The question: may this principal do this action on this resource, given this context?</summary>
/// <param name="Principal">Who asks.</param>
/// <param name="Action">What for.</param>
/// <param name="Resource">On what.</param>
/// <param name="Context">Everything else known about the request.</param>
public sealed record AuthorizationRequest(EntityUid Principal, EntityUid Action, EntityUid Resource, RecordValue Context)
{
    /// <summary>Who asks.</summary>
    public EntityUid Principal
    {
        get => PrincipalName.Uid;
        init => PrincipalName = new EntityValue(value);
    }

    /// <summary>What for.</summary>
    public EntityUid Action
    {
        get => ActionName.Uid;
        init => ActionName = new EntityValue(value);
    }

    /// <summary>On what.</summary>
    public EntityUid Resource
    {
        get => ResourceName.Uid;
        init => ResourceName = new EntityValue(value);
    }

    // Made here and not by each evaluation: a name hashes its text once.
    internal EntityValue PrincipalName { get; private init; } = new(Principal);

    internal EntityValue ActionName { get; private init; } = new(Action);

    internal EntityValue ResourceName { get; private init; } = new(Resource);
}
