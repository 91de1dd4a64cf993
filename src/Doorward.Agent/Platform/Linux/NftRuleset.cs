using System.Text.Json;

namespace Doorward.Agent.Platform.Linux;

/// <summary>
/// What the rules of this kernel, as <c>nft -j list ruleset</c> writes them, do with a packet that nobody asked for: a new connection over TCP or
/// UDP, to a port of which nothing is known, from an address of which nothing is known, by an interface that leads out. A rule that is about some
/// ports or some addresses alone does not concern it; one that is about most does, where it lets in.
/// </summary>
internal sealed class NftRuleset
{
    private const string Accept = "accept", Drop = "drop", Reject = "reject", Return = "return", Jump = "jump", Goto = "goto";

    // As deep as the kernel follows them (NFT_JUMP_STACK_SIZE).
    private const int MostJumps = 16;
    private static readonly string[] s_protocols = ["tcp", "udp"];

    // What is done beside, whatever becomes of the packet.
    private static readonly string[] s_beside = ["counter", "log", "mangle", "notrack", "ct helper", "ct timeout", "ct expectation", "secmark", "dup", "last"];

    // What lets some through, or not, by how many there were.
    private static readonly string[] s_counting = ["limit", "quota", "ct count", "set", "map", "meter"];
    private const int AllPorts = 65536;
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
    /// <param name="outward">The interfaces that lead out; none where that is not known.</param>
    public bool Refuses(string family, params string[] outward) => s_protocols.All(protocol => _inputs.Exists(chain =>
        (Text(chain, "family") == family || Text(chain, "family") == "inet") && Refuses(chain, new Stranger(family, protocol, outward))));

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
        foreach (var (word, target, isSure) in _rules[chain].SelectMany(rule => WordsOf(rule, packet)))
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
    private IEnumerable<(string Word, string Target, bool IsSure)> WordsOf(JsonElement rule, Stranger packet)
    {
        if (Part(rule, "expr") is not { ValueKind: JsonValueKind.Array } statements) yield break;
        var (isSure, isUntold) = (true, false);
        foreach (var statement in statements.EnumerateArray())
        {
            if (Single(statement) is not { } said) yield break;
            var word = said.Name == "xt" ? WordOfXtables(said.Value) : said.Name;
            if (word is Accept or Drop or Reject or Return or Jump or Goto)
            {
                // Of conditions that nft cannot tell, some may send this packet back; that they let everything in is not supposed.
                if (!isUntold || word == Return) yield return (word, TargetOf(said), isSure && !isUntold);
                yield break;
            }

            if (word == "queue")
            {
                yield return (Accept, "", false); // a program decides, of which nothing is known
                yield break;
            }

            if (word == "vmap")
            {
                foreach (var mapped in isUntold ? [] : Mapped(rule, said.Value, packet, isSure)) yield return mapped;
                yield break;
            }

            if (word == "match")
            {
                if (Meets(rule, said.Value, packet) is not { } met) yield break;
                isSure &= met;
            }
            else if (s_counting.Contains(word, StringComparer.Ordinal)) isSure = false;
            else if (word == "xt") isUntold = true;
            else if (!s_beside.Contains(word, StringComparer.Ordinal)) yield break;
        }
    }

    // What iptables asks by its own modules reaches nft as their names alone.
    private static string WordOfXtables(JsonElement said) => (Text(said, "type"), Text(said, "name")) switch
    {
        ("target", "REJECT") => Reject,
        ("target", "LOG") or ("match", "comment") => "log",
        _ => "xt",
    };

    private static string TargetOf(JsonProperty said) => said.Name is Jump or Goto ? Text(said.Value, "target") : "";

    private IEnumerable<(string Word, string Target, bool IsSure)> Mapped(JsonElement rule, JsonElement map, Stranger packet, bool isSure)
    {
        if (Part(map, "key") is not { } key || !packet.Knows(key)) yield break;
        var pairs = Elements(rule, Part(map, "data")).Where(static pair => pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2);
        foreach (var pair in pairs.OrderBy(static pair => IsRest(pair[0])))
        {
            if (Meets(key, [pair[0]], isNot: false, packet) is not { } met || Single(pair[1]) is not { } said) continue;
            yield return (said.Name, TargetOf(said), isSure && met);
            if (met) yield break;
        }
    }

    // The same of a condition as it stands; it is not met by what has no such thing at all.
    private bool? Meets(JsonElement rule, JsonElement match, Stranger packet)
    {
        if (Part(match, "left") is not { } left || !packet.Knows(left)) return null;
        var (right, operation) = (Part(match, "right"), Text(match, "op"));
        var alternatives = Elements(rule, right);
        return operation switch
        {
            // Of bits, several that are not a set are one value.
            "==" or "!=" when IsSeveral(right) && alternatives.Count > 1 => operation == "!=" ? true : null,
            "==" or "!=" or "in" or "!" => Meets(left, alternatives, operation is "!=" or "!", packet),
            "<" or "<=" or ">" or ">=" when Stranger.IsPort(left) && alternatives is [{ ValueKind: JsonValueKind.Number } one] && one.TryGetInt32(out var port) =>
                Share(operation switch { "<" => port, "<=" => port + 1, ">" => AllPorts - port - 1, _ => AllPorts - port }),
            _ => null,
        };
    }

    // Whether all such packets meet a condition (true), most do (false), or hardly any (null).
    private static bool? Meets(JsonElement left, List<JsonElement> alternatives, bool isNot, Stranger packet)
    {
        if (packet.Of(left) is { } value) return alternatives.Exists(one => IsOrHolds(one, value)) != isNot ? true : null;
        if (Stranger.IsInterface(left)) return packet.ComesBy(alternatives, isNot);
        if (alternatives.Exists(IsEverything)) return isNot ? null : true;
        if (!Stranger.IsPort(left)) return isNot ? false : null;
        var ports = alternatives.Sum(PortsOf);
        return Share(isNot ? AllPorts - ports : ports);
    }

    // Nobody listens at port 0.
    private static bool? Share(long ports) => ports >= AllPorts - 1 ? true : ports > AllPorts / 2 ? false : null;

    private static long PortsOf(JsonElement element) => Part(element, "elem") is { } inner ? PortsOf(Part(inner, "val") ?? inner)
        : RangeOf(element) is var (first, last) ? Math.Max(0, last - first + 1)
        : element.ValueKind == JsonValueKind.Number ? 1 : 0;

    private static (long First, long Last)? RangeOf(JsonElement element) => Part(element, "range") is { ValueKind: JsonValueKind.Array } range && range.GetArrayLength() == 2
        && range[0].ValueKind == JsonValueKind.Number && range[1].ValueKind == JsonValueKind.Number && range[0].TryGetInt64(out var first) && range[1].TryGetInt64(out var last)
        && first >= 0 && last < AllPorts ? (first, last) : null;

    private static bool IsSeveral(JsonElement? right) => right is { ValueKind: JsonValueKind.Array } || (right is { } one && Part(one, "|") is not null);

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

    private static bool IsOrHolds(JsonElement element, string value) => element.ValueKind switch
    {
        JsonValueKind.String => element.GetString() == value || IsRest(element),
        JsonValueKind.Number => element.GetRawText() == value,
        _ => Part(element, "elem") is { } inner && IsOrHolds(Part(inner, "val") ?? inner, value),
    };

    // What is in none of the other elements.
    private static bool IsRest(JsonElement element) => element.ValueKind == JsonValueKind.String && element.GetString() == "*";

    private static bool IsEverything(JsonElement element)
    {
        if (IsRest(element)) return true;
        if (Part(element, "elem") is { } inner) return IsEverything(Part(inner, "val") ?? inner);
        if (Part(element, "prefix") is { } prefix) return Part(prefix, "len") is { ValueKind: JsonValueKind.Number } length && length.TryGetInt32(out var bits) && bits == 0;
        return Part(element, "range") is { ValueKind: JsonValueKind.Array } range && range.GetArrayLength() == 2
            && (range[0].ToString(), range[1].ToString()) is ("0.0.0.0", "255.255.255.255") or ("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
    }

    // The kernel passes over a dormant table. nft 1.0.6 writes flags that mean nothing: then it is not known to be awake.
    private static bool IsAwake(JsonElement table) => Part(table, "flags") switch
    {
        null => true,
        { ValueKind: JsonValueKind.Array } flags => flags.EnumerateArray().All(static flag => IsHarmless(flag)),
        { } flag => IsHarmless(flag),
    };

    private static bool IsHarmless(JsonElement flag) => flag.ValueKind == JsonValueKind.String && flag.GetString() is "owner" or "persist";

    // What a statement is called, and says; null when it is none.
    private static JsonProperty? Single(JsonElement statement)
    {
        if (statement.ValueKind != JsonValueKind.Object) return null;
        foreach (var said in statement.EnumerateObject()) return said;
        return null;
    }

    private static List<JsonElement> Of(List<JsonElement> objects, string kind) => [.. objects.Select(entry => Part(entry, kind)).OfType<JsonElement>()];

    private static JsonElement? Part(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var part) ? part : null;

    private static string Text(JsonElement element, string name) =>
        Part(element, name) is { ValueKind: JsonValueKind.String } part ? part.GetString()! : "";

    /// <summary>The packet that nobody asked for, as far as rules can ask about it.</summary>
    private sealed record Stranger(string Family, string Protocol, string[] Outward)
    {
        // The interface that it does not come by.
        private const string Loopback = "lo";
        private const string Syn = "syn";
        private const string Zero = "0";

        /// <summary>What an expression says of it; null where that is not known.</summary>
        public string? Of(JsonElement asked)
        {
            if (Part(asked, "meta") is { } meta)
            {
                return Text(meta, "key") switch
                {
                    "l4proto" => Protocol,
                    "nfproto" => Family == "ip" ? "ipv4" : "ipv6",
                    "protocol" => Family,
                    "pkttype" => "host",
                    "mark" => Zero,
                    _ => null,
                };
            }

            if (Part(asked, "ct") is { } connection) return Text(connection, "key") switch { "state" => "new", "direction" => "original", "mark" => Zero, _ => null };
            if (Part(asked, "fib") is { } route) return Text(route, "result") == "type" && Holds(Part(route, "flags"), "daddr") ? "local" : null;
            if (Part(asked, "&") is { ValueKind: JsonValueKind.Array } masked && masked.GetArrayLength() == 2)
                return Of(masked[0]) switch { Zero => Zero, Syn => Holds(masked[1], Syn) ? Syn : Zero, _ => null };
            return Field(asked) switch
            {
                ("ip", "protocol") when Family == "ip" => Protocol,
                ("ip6", "nexthdr") when Family == "ip6" => Protocol,
                ("tcp", "flags") when Protocol == "tcp" => Syn,
                _ => null,
            };
        }

        /// <summary>Whether it has at all what an expression asks about, and whether that is something of which can be said how many have it.</summary>
        public bool Knows(JsonElement asked) => Of(asked) is not null || IsInterface(asked) || Field(asked) switch
        {
            ("th", "dport" or "sport") => true,
            (var protocol, "dport" or "sport") => protocol == Protocol,
            (var family, "saddr" or "daddr") => family == Family,
            _ => false,
        };

        /// <summary>Whether it comes by one of these interfaces, or by none of them: certainly, probably (false) or hardly (null).</summary>
        public bool? ComesBy(List<JsonElement> interfaces, bool isNot)
        {
            if (!isNot) return interfaces.Exists(IsEverything) ? true : interfaces.Exists(one => Array.Exists(Outward, name => IsNamed(one, name))) ? false : null;
            if (interfaces.TrueForAll(static one => IsNamed(one, Loopback))) return true;
            return Outward.Length > 0 && Array.TrueForAll(Outward, name => interfaces.Exists(one => IsNamed(one, name))) ? null : false;
        }

        public static bool IsInterface(JsonElement asked) => Part(asked, "meta") is { } meta && Text(meta, "key") is "iifname" or "iif";

        public static bool IsPort(JsonElement asked) => Field(asked).Field is "dport" or "sport";

        private static bool IsNamed(JsonElement element, string name) =>
            IsOrHolds(element, name) || (element.ValueKind == JsonValueKind.String && element.GetString() is [.. var begin, '*'] && name.StartsWith(begin, StringComparison.Ordinal));

        private static (string Protocol, string Field) Field(JsonElement expression) => Part(expression, "payload") is { } payload ? (Text(payload, "protocol"), Text(payload, "field")) : default;

        private static bool Holds(JsonElement? list, string word) => list switch
        {
            { ValueKind: JsonValueKind.Array } several => several.EnumerateArray().Any(one => Holds(one, word)),
            { } one => IsOrHolds(one, word) || (Part(one, "|") is { } either && Holds(either, word)),
            null => false,
        };
    }
}
