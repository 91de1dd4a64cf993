using System.Text.Json;

namespace Doorward.Agent.Platform.Linux;

/// <summary>
/// What the rules of this kernel, as <c>nft -j list ruleset</c> writes them, do with a packet that nobody asked for: a new connection over TCP or
/// UDP, to a port of which nothing is known, from an address of which nothing is known, by another interface than the loopback. A rule that is
/// about some ports or some addresses alone does not concern it.
/// </summary>
internal sealed class NftRuleset
{
    private const string Accept = "accept", Drop = "drop", Reject = "reject", Return = "return", Jump = "jump", Goto = "goto";

    // As deep as the kernel follows them (NFT_JUMP_STACK_SIZE).
    private const int MostJumps = 16;
    private static readonly string[] s_protocols = ["tcp", "udp"];

    // What is done beside, whatever becomes of the packet.
    private static readonly string[] s_beside = ["counter", "log", "mangle", "notrack", "ct helper", "secmark", "dup"];
    private readonly ILookup<(string Family, string Table, string Chain), JsonElement> _rules;
    private readonly Dictionary<(string Family, string Table, string Name), JsonElement> _sets = [];
    private readonly List<JsonElement> _inputs;

    private NftRuleset(List<JsonElement> objects)
    {
        _rules = Of(objects, "rule").ToLookup(static rule => (Text(rule, "family"), Text(rule, "table"), Text(rule, "chain")));
        foreach (var set in Of(objects, "set").Concat(Of(objects, "map"))) _sets[(Text(set, "family"), Text(set, "table"), Text(set, "name"))] = set;
        var asleep = Of(objects, "table").FindAll(static table => !IsAwake(table));
        _inputs = Of(objects, "chain").FindAll(chain => Text(chain, "hook") == "input" && Text(chain, "type") == "filter"
            && !asleep.Exists(table => Text(table, "family") == Text(chain, "family") && Text(table, "name") == Text(chain, "table")));
    }

    /// <summary>Null when the text is no answer of nft's.</summary>
    public static NftRuleset? Parse(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 32 });
            return Part(json.RootElement, "nftables") is { ValueKind: JsonValueKind.Array } objects ? new NftRuleset([.. objects.Clone().EnumerateArray()]) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Whether what nobody asked for is refused.</summary>
    /// <param name="family"><c>ip</c> or <c>ip6</c>.</param>
    public bool Refuses(string family) => s_protocols.All(protocol => _inputs.Exists(chain =>
        (Text(chain, "family") == family || Text(chain, "family") == "inet") && Refuses(chain, new Stranger(family, protocol))));

    private bool Refuses(JsonElement chain, Stranger packet)
    {
        var begin = (Text(chain, "family"), Text(chain, "table"), Text(chain, "name"));
        return (Verdict(begin, packet, MostJumps, []) ?? Text(chain, "policy")) is Drop or Reject;
    }

    // The first verdict is the last word, also in a chain that the packet is sent to; null when there is none. What only most such packets meet
    // lets them in, and refuses nobody. Where a chain led is not looked at again.
    private string? Verdict((string Family, string Table, string Name) chain, Stranger packet, int jumps, Dictionary<string, string?> known)
    {
        var mayBeBack = false;
        foreach (var (word, target, isSure) in _rules[chain].Select(rule => WordOf(rule, packet)))
        {
            var verdict = word;
            if (word is Jump or Goto)
            {
                if (jumps == 0) return Accept;
                if (!known.TryGetValue(target, out verdict)) known[target] = verdict = Verdict(chain with { Name = target }, packet, jumps - 1, known);
                if (word == Goto) verdict ??= Return;
            }

            if (verdict == Accept) return Accept;
            if (verdict is Drop or Reject && isSure) return mayBeBack ? null : verdict;
            if (verdict == Return && isSure) return null;
            mayBeBack |= verdict == Return;
        }

        return null;
    }

    // What a rule does with the packet, the chain that it names, and whether with every such packet; nothing when it is about others, or only looks.
    private (string? Word, string Target, bool IsSure) WordOf(JsonElement rule, Stranger packet)
    {
        if (Part(rule, "expr") is not { ValueKind: JsonValueKind.Array } statements) return default;
        var isSure = true;
        foreach (var statement in statements.EnumerateArray())
        {
            if (statement.ValueKind != JsonValueKind.Object || statement.EnumerateObject().FirstOrDefault() is not { Name: { } word } said) return default;
            switch (word)
            {
                case Accept or Drop or Reject or Return or Jump or Goto:
                    return VerdictOf(said, isSure);
                case "queue":
                    return (Accept, "", false); // a program decides, of which nothing is known
                case "vmap":
                    return packet.Of(Part(said.Value, "key")) is { } value ? Mapped(rule, said.Value, value, isSure) : default;
                case "match":
                    if (Meets(rule, said.Value, packet) is not { } met) return default;
                    isSure &= met;
                    break;
                case "limit" or "quota" or "ct count" when Part(said.Value, "inv") is not { ValueKind: JsonValueKind.True }:
                case "set" or "meter":
                    isSure = false; // the first are within it
                    break;
                default:
                    if (!s_beside.Contains(word, StringComparer.Ordinal)) return default;
                    break;
            }
        }

        return default;
    }

    private static (string? Word, string Target, bool IsSure) VerdictOf(JsonProperty said, bool isSure) => (said.Name, said.Name is Jump or Goto ? Text(said.Value, "target") : "", isSure);

    private (string? Word, string Target, bool IsSure) Mapped(JsonElement rule, JsonElement map, string value, bool isSure)
    {
        foreach (var pair in Elements(rule, Part(map, "data")))
        {
            if (pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2 && IsOrHolds(pair[0], value) && pair[1].ValueKind == JsonValueKind.Object)
                return VerdictOf(pair[1].EnumerateObject().FirstOrDefault(), isSure);
        }

        return default;
    }

    // Whether all such packets meet a condition (true), most do (false), or hardly any (null).
    private bool? Meets(JsonElement rule, JsonElement match, Stranger packet)
    {
        var operation = Text(match, "op");
        if (operation is not ("==" or "!=" or "in")) return null;
        var (left, isNot) = (Part(match, "left"), operation == "!=");
        var alternatives = Elements(rule, Part(match, "right"));
        if (packet.Of(left) is { } value) return alternatives.Exists(one => IsOrHolds(one, value)) != isNot ? true : null;
        if (!packet.Has(left)) return null;
        if (isNot) return alternatives.Exists(IsEverything) ? null : Stranger.IsInterface(left) && alternatives.TrueForAll(static one => IsOrHolds(one, Stranger.Loopback));
        return alternatives.Exists(IsEverything) ? true : null;
    }

    // The members of a set, also of one with a name; else the value itself, or the several of a list.
    private List<JsonElement> Elements(JsonElement rule, JsonElement? value)
    {
        if (value is { ValueKind: JsonValueKind.String } name && name.GetString() is ['@', .. var called])
            value = _sets.TryGetValue((Text(rule, "family"), Text(rule, "table"), called), out var set) ? Part(set, "elem") : null;
        if (value is { } braced && (Part(braced, "set") ?? Part(braced, "|")) is { } members) value = members;
        return value switch
        {
            null => [],
            { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray()],
            { } one => [one],
        };
    }

    private static bool IsOrHolds(JsonElement element, string value) =>
        element.ValueKind == JsonValueKind.String ? element.GetString() == value : Part(element, "elem") is { } inner && IsOrHolds(Part(inner, "val") ?? inner, value);

    private static bool IsEverything(JsonElement element)
    {
        if (Part(element, "elem") is { } inner) return IsEverything(Part(inner, "val") ?? inner);
        if (Part(element, "prefix") is { } prefix) return Part(prefix, "len") is { ValueKind: JsonValueKind.Number } length && length.TryGetInt32(out var bits) && bits == 0;
        return Part(element, "range") is { ValueKind: JsonValueKind.Array } range && range.GetArrayLength() == 2
            && range[0].ValueKind == JsonValueKind.Number && range[1].ValueKind == JsonValueKind.Number
            && range[0].TryGetInt64(out var first) && range[1].TryGetInt64(out var last) && first <= 1 && last >= ushort.MaxValue;
    }

    // The kernel passes over a dormant table. nft 1.0.6 writes flags that mean nothing: then it is not known to be awake.
    private static bool IsAwake(JsonElement table) => Part(table, "flags") switch
    {
        null => true,
        { ValueKind: JsonValueKind.Array } flags => flags.EnumerateArray().All(static flag => IsHarmless(flag)),
        { } flag => IsHarmless(flag),
    };

    private static bool IsHarmless(JsonElement flag) => flag.ValueKind == JsonValueKind.String && flag.GetString() is "owner" or "persist";

    private static List<JsonElement> Of(List<JsonElement> objects, string kind) => [.. objects.Select(entry => Part(entry, kind)).OfType<JsonElement>()];

    private static JsonElement? Part(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var part) ? part : null;

    private static string Text(JsonElement element, string name) =>
        Part(element, name) is { ValueKind: JsonValueKind.String } part ? part.GetString()! : "";

    /// <summary>The packet that nobody asked for, as far as rules can ask about it.</summary>
    private sealed record Stranger(string Family, string Protocol)
    {
        /// <summary>The interface that it does not come by.</summary>
        public const string Loopback = "lo";

        private const string Syn = "syn";

        /// <summary>What an expression says of it; null where that is not known.</summary>
        public string? Of(JsonElement? expression)
        {
            if (expression is not { } asked) return null;
            if (Part(asked, "meta") is { } meta)
            {
                return Text(meta, "key") switch
                {
                    "l4proto" => Protocol,
                    "nfproto" => Family == "ip" ? "ipv4" : "ipv6",
                    "protocol" => Family,
                    "pkttype" => "host",
                    _ => null,
                };
            }

            if (Part(asked, "ct") is { } connection) return Text(connection, "key") switch { "state" => "new", "direction" => "original", _ => null };
            if (Part(asked, "fib") is { } route) return Text(route, "result") == "type" && Holds(Part(route, "flags"), "daddr") ? "local" : null;
            if (Part(asked, "&") is { ValueKind: JsonValueKind.Array } masked && masked.GetArrayLength() == 2) return Holds(masked[1], Syn) && Of(masked[0]) == Syn ? Syn : null;
            return Field(asked) switch
            {
                ("ip", "protocol") when Family == "ip" => Protocol,
                ("ip6", "nexthdr") when Family == "ip6" => Protocol,
                ("tcp", "flags") when Protocol == "tcp" => Syn,
                _ => null,
            };
        }

        /// <summary>Whether it has at all what an expression asks about, although nobody knows its value.</summary>
        public bool Has(JsonElement? expression) => IsInterface(expression) || (expression is { } asked && Field(asked) switch
        {
            ("th", "dport" or "sport") => true,
            (var protocol, "dport" or "sport") => protocol == Protocol,
            (var family, "saddr") => family == Family,
            _ => false,
        });

        public static bool IsInterface(JsonElement? expression) => expression is { } asked && Part(asked, "meta") is { } meta && Text(meta, "key") is "iifname" or "iif";

        private static (string Protocol, string Field) Field(JsonElement expression) => Part(expression, "payload") is { } payload ? (Text(payload, "protocol"), Text(payload, "field")) : default;

        private static bool Holds(JsonElement? list, string word) => list switch
        {
            { ValueKind: JsonValueKind.Array } several => several.EnumerateArray().Any(one => IsOrHolds(one, word)),
            { } one => IsOrHolds(one, word),
            null => false,
        };
    }
}
