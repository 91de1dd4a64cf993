using System.Collections.Frozen;

namespace Doorward.Cedar.Schemas;

/// <summary>What a schema says of an action.</summary>
public sealed class ActionDefinition
{
    private readonly Func<EntityUid, ActionDefinition> _find;
    private FrozenSet<EntityUid>? _ancestors;

    internal ActionDefinition(EntityUid uid, Func<EntityUid, ActionDefinition> find) => (Uid, _find) = (uid, find);

    /// <summary>The action.</summary>
    public EntityUid Uid { get; }

    /// <summary>The types of principals that may do it.</summary>
    public IReadOnlyList<string> PrincipalTypes { get; internal init; } = [];

    /// <summary>The types of resources that it may be done to.</summary>
    public IReadOnlyList<string> ResourceTypes { get; internal init; } = [];

    /// <summary>What the context of its requests holds.</summary>
    public RecordType Context { get; internal init; } = RecordType.Empty;

    /// <summary>The groups that it is directly in.</summary>
    public IReadOnlyList<EntityUid> Parents { get; internal init; } = [];

    /// <summary>The groups that it is in, at any distance.</summary>
    public IReadOnlySet<EntityUid> Ancestors => _ancestors ??= Closure.Above(Parents, action => _find(action).Parents, null);
}
