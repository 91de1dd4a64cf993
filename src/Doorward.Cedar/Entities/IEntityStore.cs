namespace Doorward.Cedar;

/// <summary>
/// Where evaluation finds entities. Implementations must be snapshots: the same question gets the same answer for as long as one
/// evaluation lasts.
/// </summary>
public interface IEntityStore
{
    /// <summary>The entity of that name, or null.</summary>
    Entity? Find(EntityUid uid);

    /// <summary>Whether the one lies below the other at any distance. An entity does not lie below itself.</summary>
    bool IsBelow(EntityUid uid, EntityUid ancestor);

    /// <summary>
    /// Everything that the entity lies below, or null when the store cannot say; then every policy's scope is looked at, where an
    /// index would do.
    /// </summary>
    IReadOnlyCollection<EntityUid>? AncestorsOf(EntityUid uid) => null;
}
