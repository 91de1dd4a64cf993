using System.Collections.Frozen;
using Doorward.Cedar.Evaluation;

namespace Doorward.Cedar;

/// <summary>
/// The functions of the extension types decimal, ipaddr, datetime and duration. Their messages never quote a value: values may be
/// personal, and messages are logged.
/// </summary>
internal static class ExtensionFunctions
{
    private static readonly FrozenDictionary<string, ExtensionFunction> All = new ExtensionFunction[]
    {
        Constructor("decimal", text => DecimalValue.TryParse(text, out var value) ? value : null, "1.2345, with at most four decimals"),
        Constructor("ip", text => IpAddressValue.TryParse(text, out var value) ? value : null, "10.0.0.1, 10.0.0.0/8 or 2001:db8::/32"),
        Constructor("datetime", text => DateTimeValue.TryParse(text, out var value) ? value : null, "2024-10-15 or 2024-10-15T11:35:00Z"),
        Constructor("duration", text => DurationValue.TryParse(text, out var value) ? value : null, "1d2h30m, units largest first"),
        Method<DecimalValue, DecimalValue>("lessThan", (a, b) => BooleanValue.From(a.TenThousandths < b.TenThousandths)),
        Method<DecimalValue, DecimalValue>("lessThanOrEqual", (a, b) => BooleanValue.From(a.TenThousandths <= b.TenThousandths)),
        Method<DecimalValue, DecimalValue>("greaterThan", (a, b) => BooleanValue.From(a.TenThousandths > b.TenThousandths)),
        Method<DecimalValue, DecimalValue>("greaterThanOrEqual", (a, b) => BooleanValue.From(a.TenThousandths >= b.TenThousandths)),
        Method<IpAddressValue>("isIpv4", a => BooleanValue.From(!a.IsIpv6)),
        Method<IpAddressValue>("isIpv6", a => BooleanValue.From(a.IsIpv6)),
        Method<IpAddressValue>("isLoopback", a => BooleanValue.From(a.IsLoopback)),
        Method<IpAddressValue>("isMulticast", a => BooleanValue.From(a.IsMulticast)),
        Method<IpAddressValue, IpAddressValue>("isInRange", (a, b) => BooleanValue.From(a.IsInRange(b))),
        Method<DateTimeValue, DurationValue>("offset", (a, b) => a.Offset(b), constructs: true),
        Method<DateTimeValue, DateTimeValue>("durationSince", (a, b) => a.Since(b), constructs: true),
        Method<DateTimeValue>("toDate", a => a.ToDate(), constructs: true),
        Method<DateTimeValue>("toTime", a => a.ToTime(), constructs: true),
        Method<DurationValue>("toMilliseconds", a => new LongValue(a.Milliseconds)),
        Method<DurationValue>("toSeconds", a => new LongValue(a.Milliseconds / 1000)),
        Method<DurationValue>("toMinutes", a => new LongValue(a.Milliseconds / 60_000)),
        Method<DurationValue>("toHours", a => new LongValue(a.Milliseconds / 3_600_000)),
        Method<DurationValue>("toDays", a => new LongValue(a.Milliseconds / DateTimeValue.MillisecondsPerDay)),
    }.ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    public static IEnumerable<string> FunctionNames => All.Values.Where(function => !function.IsMethod).Select(function => function.Name);

    public static IEnumerable<string> MethodNames => All.Values.Where(function => function.IsMethod).Select(function => function.Name);

    public static ExtensionFunction? Find(string name) => All.GetValueOrDefault(name);

    private static ExtensionFunction Constructor(string name, Func<string, CedarValue?> parse, string example) =>
        new(name, IsMethod: false, Arity: 1, Constructs: true, arguments =>
        {
            if (arguments[0] is not StringValue text) return Outcome.WrongType($"{name}(..) takes a string, not a {arguments[0].TypeName}.");
            return parse(text.Value) is { } value ? value : Failed($"This text is no {name}; write it like {example}.");
        });

    private static ExtensionFunction Method<T>(string name, Func<T, CedarValue?> call, bool constructs = false)
        where T : CedarValue => new(name, IsMethod: true, Arity: 1, constructs, arguments =>
        {
            if (arguments[0] is not T self) return Mismatch(name, arguments);
            return call(self) is { } value ? value : Overflow(name);
        });

    private static ExtensionFunction Method<T1, T2>(string name, Func<T1, T2, CedarValue?> call, bool constructs = false)
        where T1 : CedarValue
        where T2 : CedarValue => new(name, IsMethod: true, Arity: 2, constructs, arguments =>
        {
            if (arguments[0] is not T1 self || arguments[1] is not T2 other) return Mismatch(name, arguments);
            return call(self, other) is { } value ? value : Overflow(name);
        });

    private static Outcome Failed(string message) => Outcome.Failed(EvaluationErrorKind.Extension, message);

    private static Outcome Overflow(string name) => Failed($"The result of .{name}(..) does not fit into 64 bits.");

    private static Outcome Mismatch(string name, CedarValue[] arguments) =>
        Outcome.WrongType($".{name}(..) does not work on {string.Join(" and ", arguments.Select(argument => argument.TypeName))}.");
}
