using Doorward.Cedar;
using Doorward.Core.Evidences;

namespace Doorward.Core.Evaluations;

/// <summary>
/// The entities of one evaluation without a graph: the principal below all its groups (the closure, so groups need no entities),
/// the application with its labels as tags, and the three actions below <c>access</c>.
/// </summary>
internal sealed class EvaluationEntities(EvaluationInput input) : IEntityStore
{
    private static readonly EntityUid[] InAccess = [CedarNames.AccessAction];

    private readonly EntityUid _principal = CedarNames.Principal(input.Evidence.Subject);
    private readonly EntityUid _resource = CedarNames.Application(input.Resource.Name);

    public Entity? Find(EntityUid uid) =>
        uid == _principal ? Principal(input.Evidence.Subject)
        : uid == _resource ? Resource(input.Resource)
        : uid.Type == CedarNames.ActionType ? new Entity(uid, RecordValue.Empty, [])
        : null;

    public bool IsBelow(EntityUid uid, EntityUid ancestor) =>
        uid == _principal ? IsMember(ancestor)
        : ancestor == CedarNames.AccessAction && (uid == CedarNames.ReadAction || uid == CedarNames.WriteAction || uid == CedarNames.TunnelAction);

    // Says the same as IsBelow, so that policies are found by index.
    public IReadOnlyCollection<EntityUid> AncestorsOf(EntityUid uid) =>
        uid == _principal ? [.. input.Evidence.Subject.Groups.Select(CedarNames.Group)]
        : uid == CedarNames.ReadAction || uid == CedarNames.WriteAction || uid == CedarNames.TunnelAction ? InAccess
        : [];

    private bool IsMember(EntityUid group) =>
        group.Type == CedarNames.GroupType && input.Evidence.Subject.Groups.Contains(group.Id);

    private Entity Principal(SubjectEvidence subject) => new(
        _principal,
        subject.Email is { } email
            ? RecordValue.Create(("name", CedarValue.From(subject.Name)), ("email", CedarValue.From(email)))
            : RecordValue.Create(("name", CedarValue.From(subject.Name))),
        [.. subject.Groups.Select(CedarNames.Group)]);

    private Entity Resource(ResourceFacts resource) => new(
        _resource,
        RecordValue.Create(("name", CedarValue.From(resource.Name))),
        [],
        RecordValue.Create(resource.Labels.Select(label => KeyValuePair.Create(label.Key, CedarValue.From(label.Value)))));
}
