using Doorward.Cedar;
using Doorward.Core.Evidences;

namespace Doorward.Core.Evaluations;

/// <summary>
/// The entities of one evaluation without a graph: the principal below all its groups (the closure, so groups need no entities),
/// the application with its labels as tags, and the three actions below <c>access</c>. Each is made once, however many policies look.
/// For one thread.
/// </summary>
internal sealed class EvaluationEntities(EvaluationInput input) : IEntityStore
{
    private static readonly EntityUid[] InAccess = [CedarNames.AccessAction];
    private static readonly Entity[] Actions = [.. new[] { CedarNames.AccessAction, CedarNames.ReadAction, CedarNames.WriteAction, CedarNames.TunnelAction }
        .Select(action => new Entity(action, RecordValue.Empty, []))];

    private readonly EntityUid _principal = CedarNames.Principal(input.Evidence.Subject);
    private readonly EntityUid _resource = CedarNames.Application(input.Resource.Name);
    private readonly EntityUid[] _groups = [.. input.Evidence.Subject.Groups.Select(CedarNames.Group)];
    private Entity? _principalEntity;
    private Entity? _resourceEntity;

    public Entity? Find(EntityUid uid) =>
        uid == _principal ? _principalEntity ??= Principal(input.Evidence.Subject)
        : uid == _resource ? _resourceEntity ??= Resource(input.Resource)
        : uid.Type == CedarNames.ActionType ? Action(uid)
        : null;

    public bool IsBelow(EntityUid uid, EntityUid ancestor) =>
        uid == _principal ? IsMember(ancestor)
        : ancestor == CedarNames.AccessAction && (uid == CedarNames.ReadAction || uid == CedarNames.WriteAction || uid == CedarNames.TunnelAction);

    // Says the same as IsBelow, so that policies are found by index.
    public IReadOnlyCollection<EntityUid> AncestorsOf(EntityUid uid) =>
        uid == _principal ? _groups
        : uid == CedarNames.ReadAction || uid == CedarNames.WriteAction || uid == CedarNames.TunnelAction ? InAccess
        : [];

    private bool IsMember(EntityUid group) =>
        group.Type == CedarNames.GroupType && input.Evidence.Subject.Groups.Contains(group.Id);

    internal static Entity Principal(SubjectEvidence subject) => new(
        CedarNames.Principal(subject),
        subject.Email is { } email
            ? RecordValue.Create(("name", CedarValue.From(subject.Name)), ("email", CedarValue.From(email)))
            : RecordValue.Create(("name", CedarValue.From(subject.Name))),
        [.. subject.Groups.Select(CedarNames.Group)]);

    internal static Entity Resource(ResourceFacts resource) => new(
        CedarNames.Application(resource.Name),
        RecordValue.Create(("name", CedarValue.From(resource.Name))),
        [],
        RecordValue.Create(resource.Labels.Select(label => KeyValuePair.Create(label.Key, CedarValue.From(label.Value)))));

    private static Entity Action(EntityUid uid)
    {
        foreach (var action in Actions)
        {
            if (action.Uid == uid)
                return action;
        }

        return new Entity(uid, RecordValue.Empty, []);
    }
}
