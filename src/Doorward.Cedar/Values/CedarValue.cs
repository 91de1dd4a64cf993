namespace Doorward.Cedar;

/// <summary>A value of the Cedar language. Values are immutable, equal by content, and print as Cedar syntax.</summary>
public abstract record CedarValue
{
    private protected CedarValue()
    {
    }

    /// <summary>The name of the value's type as error messages use it.</summary>
    public abstract string TypeName { get; }

    /// <summary>A Cedar boolean.</summary>
    public static CedarValue From(bool value) => BooleanValue.From(value);

    /// <summary>A Cedar 64-bit integer.</summary>
    public static CedarValue From(long value) => LongValue.From(value);

    /// <summary>A Cedar string.</summary>
    public static CedarValue From(string value) => new StringValue(value);

    /// <summary>A reference to an entity.</summary>
    public static CedarValue From(EntityUid value) => new EntityValue(value);

    /// <summary>Cedar syntax; reading it again gives an equal value.</summary>
    public sealed override string ToString() => ValueWriter.Write(this);

    /// <summary>A Cedar boolean.</summary>
    public static implicit operator CedarValue(bool value) => From(value);

    /// <summary>A Cedar 64-bit integer.</summary>
    public static implicit operator CedarValue(long value) => From(value);

    /// <summary>A Cedar string.</summary>
    public static implicit operator CedarValue(string value) => From(value);

    /// <summary>A reference to an entity.</summary>
    public static implicit operator CedarValue(EntityUid value) => From(value);
}
