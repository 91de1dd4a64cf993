namespace Doorward.Cedar.Indexing;

/// <summary>A store that can name all that an entity lies below, and so can be used with an index.</summary>
internal interface IAncestorSource
{
    /// <summary>Adds everything that the entity lies below; false when the store cannot say.</summary>
    bool TryAddAncestors(EntityUid uid, HashSet<EntityUid> ancestors);
}
