namespace Doorward.Cedar;

/// <summary>The question: may this principal do this action on this resource, given this context?</summary>
/// <param name="Principal">Who asks.</param>
/// <param name="Action">What for.</param>
/// <param name="Resource">On what.</param>
/// <param name="Context">Everything else known about the request.</param>
public sealed record AuthorizationRequest(EntityUid Principal, EntityUid Action, EntityUid Resource, RecordValue Context);
