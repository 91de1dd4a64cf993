using System.Net;
using CsCheck;

namespace Doorward.Cedar.Tests.Properties;

/// <summary>Random values, expressions and entities: small, and drawn from few names so that things meet.</summary>
internal static class Generators
{
    private static readonly Gen<string> Name = Gen.OneOf("a", "b", "c", "a b", "if", "\"\\*\u202e😀");

    private static readonly Gen<string> Identifier = Gen.OneOf("a", "b", "c", "permit", "in_");

    private static readonly Gen<string> Type = Gen.OneOf("User", "Group", "NS::Group");

    private static readonly Gen<long> Number = Gen.OneOf(Gen.Long[-3, 3], Gen.OneOf(long.MinValue, long.MaxValue), Gen.Long);

    private static readonly Gen<string> Text = Gen.OneOf(Name, Gen.String[0, 5].Select(text => string.Concat(text.EnumerateRunes())));

    public static readonly Gen<EntityUid> Uid = Gen.Select(Type, Gen.OneOf("1", "2", "3"), (type, id) => new EntityUid(type, id));

    private static readonly Gen<CedarValue> Primitive = Gen.OneOf(
        Gen.Bool.Select(CedarValue.From), Number.Select(CedarValue.From), Text.Select(CedarValue.From), Uid.Select(CedarValue.From));

    private static readonly Gen<CedarValue> Extension = Gen.OneOf(
        Number.Select(number => (CedarValue)new DecimalValue(number)),
        Number.Select(number => (CedarValue)new DateTimeValue(number)),
        Gen.Long[-62167219200000, 253402300799999].Select(number => (CedarValue)new DateTimeValue(number)),
        Number.Select(number => (CedarValue)new DurationValue(number)),
        Gen.Select(Gen.UInt, Gen.Int[0, 32]).Select(pair => (CedarValue)IpAddressValue.From(new IPNetwork(new IPAddress(pair.Item1), 32))),
        Gen.Byte.Array[16].Select(bytes => (CedarValue)IpAddressValue.From(new IPAddress(bytes))));

    public static readonly Gen<CedarValue> Value = Gen.Recursive<CedarValue>((depth, inner) => depth > 2
        ? Gen.OneOf(Primitive, Extension)
        : Gen.OneOf(
            Primitive,
            Extension,
            inner.Array[0, 12].Select(values => (CedarValue)SetValue.Create(values)),
            Record(inner).Select(record => (CedarValue)record)));

    public static readonly Gen<RecordValue> Context = Record(Value);

    public static readonly Gen<Entity> Entity = Gen.Select(Uid, Context, Uid.Array[0, 4], Context)
        .Select((uid, attributes, parents, tags) => new Entity(uid, attributes, [.. parents.Where(parent => IsAbove(parent, uid))], tags));

    public static readonly Gen<EntityStore> Store = Entity.Array[0, 8].Select(entities => EntityStore.Create(entities.DistinctBy(entity => entity.Uid)));

    /// <summary>Text of expressions that parse; most have a value, some err.</summary>
    public static readonly Gen<string> Expression = Gen.Recursive<string>((depth, inner) => depth > 3 ? Leaf : Gen.OneOf(
        Leaf,
        Binary(inner, "==", "!=", "<", "<=", ">", ">=", "in", "&&", "||", "+", "-", "*"),
        inner.Array[3, 5].Select(parts => $"({string.Join(" && ", parts.Select(Parenthesized))})"),
        inner.Array[3, 5].Select(parts => $"({string.Join(" - ", parts.Select(Parenthesized))})"),
        inner.Select(e => $"!({e})"),
        inner.Select(e => $"-({e})"),
        inner.Select(e => $"--({e})"),
        Gen.Select(inner, inner, inner).Select((a, b, c) => $"if {a} then {b} else {c}"),
        Gen.Select(inner, Identifier).Select((e, name) => $"({e}).{name}"),
        Gen.Select(inner, Name).Select((e, name) => $"({e})[{Lexing.TestText.Quote(name)}]"),
        Gen.Select(inner, Identifier, Identifier).Select((e, a, b) => $"({e}) has {a}.{b}"),
        Gen.Select(inner, Name).Select((e, name) => $"({e}) has {Lexing.TestText.Quote(name)}"),
        Gen.Select(inner, Text).Select((e, text) => $"({e}) like \"{Lexing.TestText.Quote(text)[1..^1]}*\\*a\""),
        Gen.Select(inner, Type).Select((e, type) => $"({e}) is {type}"),
        Gen.Select(inner, Type, inner).Select((e, type, other) => $"({e}) is {type} in ({other})"),
        Gen.Select(inner, Gen.OneOf("contains", "containsAll", "containsAny", "hasTag", "getTag", "isInRange", "offset", "lessThan"), inner)
            .Select((e, method, argument) => $"({e}).{method}({argument})"),
        Gen.Select(inner, Gen.OneOf("isEmpty", "isIpv4", "toDate", "toTime", "toDays")).Select((e, method) => $"({e}).{method}()"),
        inner.Array[0, 3].Select(parts => $"[{string.Join(", ", parts)}]"),
        Gen.Select(inner, inner).Select((a, b) => $"{{a: {a}, \"b c\": {b}}}")));

    private static Gen<string> Leaf => Gen.OneOf(Value.Select(value => value.ToString()), Gen.OneOf("principal", "action", "resource", "context"));

    public static Gen<RecordValue> Record(Gen<CedarValue> value) => Gen.Select(Name, value).Array[0, 4]
        .Select(pairs => RecordValue.Create(pairs.DistinctBy(pair => pair.Item1).Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2))));

    // An order of names that every parent follows, so that no entity lies below itself.
    public static bool IsAbove(EntityUid parent, EntityUid child) => string.CompareOrdinal(parent.ToString(), child.ToString()) > 0;

    private static Gen<string> Binary(Gen<string> inner, params string[] operators) =>
        Gen.Select(inner, Gen.OneOf(operators), inner).Select((a, operation, b) => $"({a}) {operation} ({b})");

    private static string Parenthesized(string expression) => $"({expression})";
}
