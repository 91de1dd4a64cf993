namespace Doorward.Cedar.Compilation;

/// <summary>The types whose values are a 64-bit number, which an operand holds without an object.</summary>
internal sealed class NumberKind
{
    private readonly Func<long, CedarValue> _wrap;

    private NumberKind(string typeName, Func<long, CedarValue> wrap) => (TypeName, _wrap) = (typeName, wrap);

    public static NumberKind Long { get; } = new("long", number => new LongValue(number));

    public static NumberKind Decimal { get; } = new("decimal", number => new DecimalValue(number));

    public static NumberKind DateTime { get; } = new("datetime", number => new DateTimeValue(number));

    public static NumberKind Duration { get; } = new("duration", number => new DurationValue(number));

    public string TypeName { get; }

    public CedarValue Wrap(long number) => _wrap(number);
}
