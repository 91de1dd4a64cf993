namespace Doorward.Cedar;

/// <summary>A thing that policies speak of: its attributes, the entities directly above it, and its tags.</summary>
/// <param name="Uid">Its name.</param>
/// <param name="Attributes">Read as <c>entity.name</c>.</param>
/// <param name="Parents">The entities directly above it; they need not be in the store themselves.</param>
/// <param name="Tags">Read as <c>entity.getTag("name")</c>; null when it has none.</param>
public sealed record Entity(EntityUid Uid, RecordValue Attributes, IReadOnlyList<EntityUid> Parents, RecordValue? Tags = null)
{
    /// <summary>An entity of which only the name and the parents matter.</summary>
    public Entity(EntityUid uid, params EntityUid[] parents)
        : this(uid, RecordValue.Empty, parents)
    {
    }

    /// <summary>Equal by content; the order of parents does not matter.</summary>
    public bool Equals(Entity? other) => other is not null && Uid == other.Uid && Attributes.Equals(other.Attributes)
        && (Tags ?? RecordValue.Empty).Equals(other.Tags ?? RecordValue.Empty) && HasSameParents(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Uid, Attributes);

    internal bool HasSameParents(Entity other) => Parents.SequenceEqual(other.Parents) || Parents.ToHashSet().SetEquals(other.Parents);
}
