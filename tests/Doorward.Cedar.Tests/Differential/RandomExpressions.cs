using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Tests.Differential;

/// <summary>
/// Text of expressions of a kind: attributes where the schema has them, every operator and extension function, and now and then
/// something of another kind.
/// </summary>
internal sealed class RandomExpressions(Dice dice, RandomSchema schema, RandomValues values)
{
    public string Of(Kind kind, int depth)
    {
        if (dice.Chance(2)) kind = dice.Of(Enum.GetValues<Kind>());
        if (depth <= 0 || dice.Chance(15)) return Leaf(kind);
        if (dice.Chance(8)) return $"(if {Of(Kind.Bool, depth - 1)} then {Of(kind, depth - 1)} else {Of(kind, depth - 1)})";
        return kind switch
        {
            Kind.Bool => Test(depth - 1),
            Kind.Long => Number(depth - 1),
            Kind.DateTime => dice.Chance(50) ? $"{Of(Kind.DateTime, depth - 1)}.offset({Of(Kind.Duration, depth - 1)})" : $"{Of(Kind.DateTime, depth - 1)}.toDate()",
            Kind.Duration => dice.Chance(50)
                ? $"{Of(Kind.DateTime, depth - 1)}.durationSince({Of(Kind.DateTime, depth - 1)})" : $"{Of(Kind.DateTime, depth - 1)}.toTime()",
            Kind.Record => $"{{n: {Of(Kind.Long, depth - 1)}, \"s\": {Of(Kind.String, depth - 1)}}}",
            Kind.SetOfLongs => Set(Kind.Long, depth - 1),
            Kind.SetOfStrings => Set(Kind.String, depth - 1),
            Kind.SetOfEntities => Set(Kind.Entity, depth - 1),
            Kind.Ip => $"ip({Of(Kind.String, 0)})",
            Kind.Decimal => $"decimal({dice.Of("\"1.0\"", "\"x\"", Of(Kind.String, 0))})",
            _ => Leaf(kind),
        };
    }

    private string Set(Kind element, int depth) => $"[{string.Join(", ", dice.Many(0, 3, () => Of(element, depth)))}]";

    private string Test(int depth) => dice.Below(16) switch
    {
        0 => $"({string.Join(" && ", dice.Many(2, 4, () => Of(Kind.Bool, depth)))})",
        1 => $"({string.Join(" || ", dice.Many(2, 4, () => Of(Kind.Bool, depth)))})",
        2 => $"!{Of(Kind.Bool, depth)}",
        3 or 4 => dice.Of(Kind.Long, Kind.String, Kind.Entity, Kind.Record, Kind.SetOfLongs, Kind.Ip, Kind.Duration) is var kind
            ? $"({Of(kind, depth)} {dice.Of("==", "!=")} {Of(dice.Chance(90) ? kind : Kind.Long, depth)})" : "",
        5 => dice.Of(Kind.Long, Kind.Long, Kind.DateTime, Kind.Duration) is var kind
            ? $"({Of(kind, depth)} {dice.Of("<", "<=", ">", ">=")} {Of(kind, depth)})" : "",
        6 => $"({Of(Kind.Entity, depth)} in {Of(dice.Of(Kind.Entity, Kind.SetOfEntities), depth)})",
        7 => $"({Of(Kind.Entity, depth)} is {dice.Of<string>(schema.Types)})",
        8 => $"({Of(Kind.Entity, depth)} is {dice.Of<string>(schema.Types)} in {Of(dice.Of(Kind.Entity, Kind.SetOfEntities), depth)})",
        9 => Contains(depth),
        10 => $"({dice.Of("principal", "resource", "context", Of(Kind.Entity, depth), Of(Kind.Record, depth))} has {Path()})",
        11 => $"({Of(Kind.String, depth)} like \"{dice.Of("*", "a*", "*b*c", "a", "b\\*c", "")}\")",
        12 => $"{Of(Kind.Decimal, depth)}.{dice.Of("lessThan", "lessThanOrEqual", "greaterThan", "greaterThanOrEqual")}({Of(Kind.Decimal, depth)})",
        13 => $"{Of(Kind.Ip, depth)}.{dice.Of("isIpv4()", "isIpv6()", "isLoopback()", "isMulticast()", $"isInRange({Of(Kind.Ip, depth)})")}",
        14 => $"{Of(Kind.Entity, depth)}.hasTag({Of(Kind.String, depth)})",
        _ => $"{Of(dice.Of(Kind.SetOfLongs, Kind.SetOfStrings, Kind.SetOfEntities), depth)}.isEmpty()",
    };

    private string Contains(int depth)
    {
        var (set, element) = dice.Of((Kind.SetOfLongs, Kind.Long), (Kind.SetOfStrings, Kind.String), (Kind.SetOfEntities, Kind.Entity));
        return dice.Chance(50)
            ? $"{Of(set, depth)}.contains({Of(element, depth)})"
            : $"{Of(set, depth)}.{dice.Of("containsAll", "containsAny")}({Of(set, depth)})";
    }

    private string Path() => string.Join('.', dice.Many(1, dice.Chance(70) ? 1 : 3, () => dice.Of("a", "b", "c", "level", "owner", "n", "e", "x7")));

    private string Number(int depth) => dice.Below(5) switch
    {
        0 => $"({Of(Kind.Long, depth)} {dice.Of("+", "-")} {Of(Kind.Long, depth)} {dice.Of("+", "-")} {Of(Kind.Long, depth)})",
        1 => $"({Of(Kind.Long, depth)} * {Of(Kind.Long, depth)})",
        2 => $"(-{Of(Kind.Long, 0)})",
        3 => $"{Of(Kind.Duration, depth)}.{dice.Of("toMilliseconds", "toSeconds", "toMinutes", "toHours", "toDays")}()",
        _ => $"{Of(Kind.Entity, 0)}.getTag({Of(Kind.String, 0)})",
    };

    // An attribute of that kind where there is one, else a literal.
    private string Leaf(Kind kind)
    {
        if (kind == Kind.Entity && dice.Chance(60)) return dice.Of("principal", "resource", "action");
        if (dice.Chance(70))
        {
            var root = dice.Of("principal", "resource", "context");
            var shape = root == "context" ? schema.Context : schema.Attributes[dice.Of<string>(schema.Types)];
            var fitting = shape.Where(attribute => attribute.Value == kind).ToArray();
            if (fitting.Length > 0) return $"{root}[{CedarText.Quote(dice.Of<KeyValuePair<string, Kind>>(fitting).Key)}]";
            if (shape.FirstOrDefault(attribute => attribute.Value == Kind.Record).Key is { } nested && RandomSchema.Nested.Any(inner => inner.Value == kind))
                return $"{root}[{CedarText.Quote(nested)}].{RandomSchema.Nested.First(inner => inner.Value == kind).Key}";
        }
        var literal = values.Value(kind).ToString();
        return literal.StartsWith('-') ? $"({literal})" : literal;
    }
}
