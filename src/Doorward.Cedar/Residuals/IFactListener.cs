namespace Doorward.Cedar.Residuals;

/// <summary>Hears of everything that an evaluation looks at.</summary>
internal interface IFactListener
{
    /// <summary>An attribute of an entity, or with null of the context, or something inside it.</summary>
    void ReadAttribute(EntityUid? of, IReadOnlyList<string> path);

    /// <summary>A tag of an entity.</summary>
    void ReadTag(EntityUid of, string tag);

    /// <summary>Whether the one is the other or lies below it.</summary>
    void ReadAncestor(EntityUid of, EntityUid ancestor);
}
