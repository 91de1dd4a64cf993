using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Compilation;

/// <summary>
/// One evaluation: the request, the entities, and why the last expression without a value has none. A frame is used for one request
/// after another, by one thread at a time.
/// </summary>
internal sealed class Frame
{
    private IEntityStore _entities = EntityStore.Empty;
    // The same store when it is one of ours, which is asked without making anything.
    private EntityStore? _store = EntityStore.Empty;
    private Failure _failure;

    public Participant Principal { get; } = new();

    public Participant Action { get; } = new();

    public Participant Resource { get; } = new();

    public RecordValue Context { get; private set; } = RecordValue.Empty;

    public ref readonly Failure Failure => ref _failure;

    public void Begin(IEntityStore entities, AuthorizationRequest request)
    {
        _entities = entities;
        _store = entities as EntityStore;
        Principal.Begin(request.PrincipalName);
        Action.Begin(request.ActionName);
        Resource.Begin(request.ResourceName);
        Context = request.Context;
    }

    /// <summary>Lets go of the request and the store, which would else live as long as the frame.</summary>
    public void End()
    {
        _entities = _store = EntityStore.Empty;
        Principal.Begin(Participant.Nobody);
        Action.Begin(Participant.Nobody);
        Resource.Begin(Participant.Nobody);
        Context = RecordValue.Empty;
    }

    public Operand Fail(SourceSpan span, FailureCause cause, string? first = null, string? second = null, string? third = null)
    {
        _failure = new Failure(span, cause, first, second, third);
        return default;
    }

    public Truth FailTest(SourceSpan span, FailureCause cause, string? first = null, string? second = null, string? third = null)
    {
        _failure = new Failure(span, cause, first, second, third);
        return Truth.Error;
    }

    /// <summary>The entity of that name, or null when it is not in the store.</summary>
    public EntityNode? Find(EntityValue name)
    {
        if (ReferenceEquals(name, Principal.Name)) return Principal.Find(this);
        if (ReferenceEquals(name, Resource.Name)) return Resource.Find(this);
        if (ReferenceEquals(name, Action.Name)) return Action.Find(this);
        return LookUp(name);
    }

    public EntityNode? LookUp(EntityValue name)
    {
        if (_store is not null) return _store.FindNode(name);
        return _entities.Find(name.Uid) is { } entity ? new EntityNode(name, entity.Attributes, entity.Tags, Ancestry.None) : null;
    }

    public bool IsIn(EntityValue name, EntityValue ancestor) => name.Equals(ancestor) || IsBelow(name, ancestor);

    public bool IsIn(Participant participant, EntityValue ancestor)
    {
        if (participant.Name.Equals(ancestor)) return true;
        return _store is null
            ? _entities.IsBelow(participant.Name.Uid, ancestor.Uid)
            : participant.Find(this) is { } node && node.Ancestry.Contains(ancestor);
    }

    /// <summary>What lies above a participant; false when the store cannot say.</summary>
    public bool TryFindAncestry(Participant participant, out Ancestry ancestry)
    {
        ancestry = Ancestry.None;
        if (_store is not null)
        {
            if (participant.Find(this) is { } node) ancestry = node.Ancestry;
            return true;
        }
        if (_entities.AncestorsOf(participant.Name.Uid) is not { } uids) return false;
        if (uids.Count > 0) ancestry = Ancestry.Of(AncestorSet.Of([.. uids.Select(uid => new EntityValue(uid))]));
        return true;
    }

    private bool IsBelow(EntityValue name, EntityValue ancestor) => _store is null
        ? _entities.IsBelow(name.Uid, ancestor.Uid)
        : Find(name) is { } node && node.Ancestry.Contains(ancestor);
}
