using System.Collections.Frozen;

namespace Doorward.Cedar.Compilation;

/// <summary>Gives the result of a function on operands of the types it takes, and nothing for all others and beyond 64 bits.</summary>
internal delegate Operand DirectFunction(Operand first, Operand second);

/// <summary>The methods of extension types on operands, without an object for the result.</summary>
internal static class DirectFunctions
{
    private static readonly FrozenDictionary<string, DirectFunction> All = new Dictionary<string, DirectFunction>(StringComparer.Ordinal)
    {
        ["lessThan"] = (a, b) => Compare(a, b, (x, y) => x < y),
        ["lessThanOrEqual"] = (a, b) => Compare(a, b, (x, y) => x <= y),
        ["greaterThan"] = (a, b) => Compare(a, b, (x, y) => x > y),
        ["greaterThanOrEqual"] = (a, b) => Compare(a, b, (x, y) => x >= y),
        ["isIpv4"] = (a, _) => Ask(a, address => !address.IsIpv6),
        ["isIpv6"] = (a, _) => Ask(a, address => address.IsIpv6),
        ["isLoopback"] = (a, _) => Ask(a, address => address.IsLoopback),
        ["isMulticast"] = (a, _) => Ask(a, address => address.IsMulticast),
        ["isInRange"] = (a, b) => a.Reference is IpAddressValue address && b.Reference is IpAddressValue range
            ? BooleanValue.From(address.IsInRange(range)) : default(Operand),
        ["offset"] = (a, b) => Is(a, NumberKind.DateTime, out var time) && Is(b, NumberKind.Duration, out var length)
            ? Fit(NumberKind.DateTime, (Int128)time + length) : default,
        ["durationSince"] = (a, b) => Is(a, NumberKind.DateTime, out var time) && Is(b, NumberKind.DateTime, out var other)
            ? Fit(NumberKind.Duration, (Int128)time - other) : default,
        ["toDate"] = (a, _) => Is(a, NumberKind.DateTime, out var time) ? Fit(NumberKind.DateTime, (Int128)time - TimeOfDay(time)) : default,
        ["toTime"] = (a, _) => Is(a, NumberKind.DateTime, out var time) ? new Operand(NumberKind.Duration, TimeOfDay(time)) : default,
        ["toMilliseconds"] = (a, _) => Divide(a, 1),
        ["toSeconds"] = (a, _) => Divide(a, 1000),
        ["toMinutes"] = (a, _) => Divide(a, 60_000),
        ["toHours"] = (a, _) => Divide(a, 3_600_000),
        ["toDays"] = (a, _) => Divide(a, DateTimeValue.MillisecondsPerDay),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Null for the constructors, which have objects to make.</summary>
    public static DirectFunction? Find(string name) => All.GetValueOrDefault(name);

    private static bool Is(in Operand value, NumberKind kind, out long number) => ReferenceEquals(value.TryGetNumber(out number), kind);

    private static Operand Compare(in Operand a, in Operand b, Func<long, long, bool> holds) =>
        Is(a, NumberKind.Decimal, out var x) && Is(b, NumberKind.Decimal, out var y) ? BooleanValue.From(holds(x, y)) : default(Operand);

    private static Operand Ask(in Operand a, Func<IpAddressValue, bool> holds) =>
        a.Reference is IpAddressValue address ? BooleanValue.From(holds(address)) : default(Operand);

    private static Operand Divide(in Operand a, long unit) => Is(a, NumberKind.Duration, out var length) ? Operand.Long(length / unit) : default;

    private static Operand Fit(NumberKind kind, Int128 number) =>
        number >= long.MinValue && number <= long.MaxValue ? new Operand(kind, (long)number) : default;

    private static long TimeOfDay(long time)
    {
        var rest = time % DateTimeValue.MillisecondsPerDay;
        return rest < 0 ? rest + DateTimeValue.MillisecondsPerDay : rest;
    }
}
