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
    /// <inheritdoc/>
    public override string TypeName => "long";

    /// <inheritdoc/>
    public override int GetHashCode() => NumberHash.Of(Value);
}

/// <summary>A Unicode string, compared code unit by code unit.</summary>
/// <param name="Value">The content.</param>
public sealed record StringValue(string Value) : CedarValue
{
    /// <inheritdoc/>
    public override string TypeName => "string";
}

/// <summary>A reference to an entity, which may or may not exist in the store.</summary>
/// <param name="Uid">The entity's name.</param>
public sealed record EntityValue(EntityUid Uid) : CedarValue
{
    /// <inheritdoc/>
    public override string TypeName => "entity";
}
