namespace Doorward.Cedar.Compilation;

/// <summary>
/// What an expression comes to: a value, or a number and its kind in place of one, so that arithmetic makes no garbage; or nothing,
/// when it could not be evaluated.
/// </summary>
internal readonly struct Operand
{
    private readonly long _number;

    public Operand(CedarValue value) => Reference = value;

    public Operand(NumberKind kind, long number) => (Reference, _number) = (kind, number);

    /// <summary>A value or a <see cref="NumberKind"/>.</summary>
    public object? Reference { get; }

    public bool IsNone => Reference is null;

    public string TypeName => Reference is NumberKind kind ? kind.TypeName : ((CedarValue)Reference!).TypeName;

    public static implicit operator Operand(CedarValue value) => new(value);

    public static Operand Long(long number) => new(NumberKind.Long, number);

    public CedarValue ToValue() => Reference is NumberKind kind ? kind.Wrap(_number) : (CedarValue)Reference!;

    public bool TryGetLong(out long number)
    {
        number = _number;
        if (ReferenceEquals(Reference, NumberKind.Long)) return true;
        if (Reference is not LongValue value) return false;
        number = value.Value;
        return true;
    }

    /// <summary>The number in this operand and its kind; null when it is none.</summary>
    public NumberKind? TryGetNumber(out long number)
    {
        switch (Reference)
        {
            case NumberKind kind:
                number = _number;
                return kind;
            case LongValue value:
                number = value.Value;
                return NumberKind.Long;
            case DateTimeValue value:
                number = value.Milliseconds;
                return NumberKind.DateTime;
            case DurationValue value:
                number = value.Milliseconds;
                return NumberKind.Duration;
            case DecimalValue value:
                number = value.TenThousandths;
                return NumberKind.Decimal;
            default:
                number = 0;
                return null;
        }
    }

    /// <summary>Equality of values, which never errors: values of different types are different.</summary>
    public bool Is(in Operand other)
    {
        // Most comparisons are of entities and of strings.
        switch (Reference)
        {
            case EntityValue entity: return entity.Equals(other.Reference as EntityValue);
            case StringValue text: return other.Reference is StringValue theirs && string.Equals(text.Value, theirs.Value);
            case BooleanValue: return ReferenceEquals(Reference, other.Reference);
        }
        if (TryGetNumber(out var mine) is { } kind)
            return ReferenceEquals(other.TryGetNumber(out var number), kind) && mine == number;
        return Reference!.Equals(other.Reference);
    }
}
