namespace Doorward.Cedar.Residuals;

/// <summary>An entity of which not everything is known.</summary>
/// <param name="Uid">Its name.</param>
public sealed record PartialEntity(EntityUid Uid)
{
    /// <summary>What is known of its attributes; none unless said otherwise.</summary>
    public PartialRecord Attributes { get; init; } = RecordValue.Empty;

    /// <summary>What is known of its tags; none unless said otherwise.</summary>
    public PartialRecord Tags { get; init; } = RecordValue.Empty;

    /// <summary>The entities that it certainly is directly below.</summary>
    public IReadOnlyList<EntityUid> Parents { get; init; } = [];

    /// <summary>Whether it may have other parents than <see cref="Parents"/>.</summary>
    public bool MayHaveOtherParents { get; init; }

    /// <summary>Whether it may be missing from the store; then nothing else is known of it.</summary>
    public bool MayBeMissing { get; private init; }

    /// <summary>An entity of which only the name is known: not even whether it is there.</summary>
    public static PartialEntity Unknown(EntityUid uid) => new(uid)
    {
        Attributes = PartialRecord.Nothing,
        Tags = PartialRecord.Nothing,
        MayHaveOtherParents = true,
        MayBeMissing = true,
    };
}
