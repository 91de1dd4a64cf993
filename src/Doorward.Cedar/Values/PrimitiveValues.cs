namespace Doorward.Cedar;

/// <summary>True or false.</summary>
public sealed record BooleanValue : CedarValue
{
    private BooleanValue(bool value) => Value = value;

    /// <summary>The one true value.</summary>
    public static BooleanValue True { get; } = new(true);

    /// <summary>The one false value.</summary>
    public static BooleanValue False { get; } = new(false);

    /// <summary>The content.</summary>
    public bool Value { get; }

    /// <inheritdoc/>
    public override string TypeName => "bool";

    /// <summary>One of the two shared values.</summary>
    public static new BooleanValue From(bool value) => value ? True : False;
}

/// <summary>A signed 64-bit integer.</summary>
/// <param name="Value">The content.</param>
public sealed record LongValue(long Value) : CedarValue
{
    private const int SharedFrom = -16;
    private static readonly LongValue[] Shared = [.. Enumerable.Range(SharedFrom, 1024 - SharedFrom).Select(number => new LongValue(number))];

    /// <inheritdoc/>
    public override string TypeName => "long";

    /// <inheritdoc/>
    public override int GetHashCode() => NumberHash.Of(Value);

    /// <summary>The value of a number; small ones are shared.</summary>
    internal static new LongValue From(long number)
    {
        var place = unchecked((ulong)(number - SharedFrom));
        return place < (ulong)Shared.Length ? Shared[place] : new LongValue(number);
    }
}

/// <summary>A Unicode string, compared code unit by code unit.</summary>
/// <param name="Value">The content.</param>
public sealed record StringValue(string Value) : CedarValue
{
    /// <inheritdoc/>
    public override string TypeName => "string";
}

/// <summary>A reference to an entity, which may or may not exist in the store.</summary>
public sealed record EntityValue : CedarValue
{
    // Names are looked up far more often than made.
    private readonly int _hash;

    /// <summary>A reference to the entity of that name.</summary>
    public EntityValue(EntityUid uid) => (Uid, _hash) = (uid, uid.GetHashCode());

    /// <summary>The entity's name.</summary>
    public EntityUid Uid { get; }

    /// <inheritdoc/>
    public override string TypeName => "entity";

    /// <summary>Equal when the names are.</summary>
    public bool Equals(EntityValue? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && Uid == other.Uid);

    /// <inheritdoc/>
    public override int GetHashCode() => _hash;
}
