namespace Doorward.Cedar.Residuals;

/// <summary>A principal or resource: a known entity, or any of one type.</summary>
public readonly record struct PartialUid
{
    private PartialUid(string type, EntityUid? uid) => (Type, Uid) = (type, uid);

    /// <summary>The type of the entity, which is always known.</summary>
    public string Type { get; }

    /// <summary>The entity; null when it is not known.</summary>
    public EntityUid? Uid { get; }

    /// <summary>Some entity of a type.</summary>
    public static PartialUid OfType(string type) => new(type, null);

    /// <summary>A known entity.</summary>
    public static PartialUid FromEntityUid(EntityUid uid) => new(uid.Type, uid);

    /// <summary>A known entity.</summary>
    public static implicit operator PartialUid(EntityUid uid) => FromEntityUid(uid);

    /// <summary>The entity, or its type.</summary>
    public override string ToString() => Uid?.ToString() ?? Type;
}

/// <summary>A request of which not everything is known.</summary>
/// <param name="Principal">Who asks, or of which type.</param>
/// <param name="Action">What for.</param>
/// <param name="Resource">On what, or on a thing of which type.</param>
/// <param name="Context">What is known of everything else.</param>
public sealed record PartialRequest(PartialUid Principal, EntityUid Action, PartialUid Resource, PartialRecord Context)
{
    /// <summary>A request of which all is known.</summary>
    public static PartialRequest Of(AuthorizationRequest request) => new(request.Principal, request.Action, request.Resource, request.Context);
}
