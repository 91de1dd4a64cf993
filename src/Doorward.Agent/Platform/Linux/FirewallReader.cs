using System.Text.Json;
using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

/// <summary>
/// Whether packets that nobody asked for are refused: a chain at the input hook that drops or rejects what no rule of it lets in, for IPv4
/// and for IPv6. What a firewall's settings say does not count; what the kernel does, does.
/// </summary>
internal sealed class FirewallReader : IFactReader
{
    private const string Source = "nft list ruleset";

    // As deep as the kernel follows them (NFT_JUMP_STACK_SIZE).
    private const int MostJumps = 16;

    public string Fact => FactNames.Firewall;

    public FactReading Read(Machine machine)
    {
        if (machine.Questions.Ask("nft", "-j", "list", "ruleset") is not { } answer) return FactReading.Unknown("nft is not installed", Source);
        if (answer.Good is not { } text) return FactReading.Unknown("nft may not list the rules", Source);
        if (Families(text) is not { } closed) return FactReading.Unknown("the rules cannot be read", Source);
        if (closed.Contains("inet")) return FactReading.Pass("input is closed (inet)", Source);
        var hasIp6 = TextFiles.Lines(machine.Files.ReadText("/proc/net/if_inet6")).Any(static line => !line.EndsWith(" lo", StringComparison.Ordinal));
        return (closed.Contains("ip"), closed.Contains("ip6") || !hasIp6) switch
        {
            (true, true) => FactReading.Pass("input is closed", Source),
            (true, false) => FactReading.Fail("input is open for IPv6", Source),
            (false, _) when machine.Files.ReadText("/proc/net/ip_tables_names") is { Length: > 0 } => FactReading.Unknown("there are rules of the older iptables", Source),
            _ => FactReading.Fail("firewall is off: no chain refuses input", Source),
        };
    }

    /// <summary>The families of addresses whose input is closed; null when the text is no answer of nft's.</summary>
    internal static HashSet<string>? Families(string text)
    {
        try
        {
            using var json = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 32 });
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("nftables", out var objects) || objects.ValueKind != JsonValueKind.Array) return null;
            var all = objects.EnumerateArray().ToList();
            var rules = Of(all, "rule");
            var asleep = Of(all, "table").FindAll(static table => !IsAwake(table));
            var inputs = Of(all, "chain").Where(chain => Text(chain, "hook") == "input" && Text(chain, "type") == "filter" && !asleep.Exists(table => IsIn(table, chain)));
            return [.. inputs.Where(chain => IsClosed(chain, rules)).Select(static chain => Text(chain, "family"))];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    // The kernel passes over a dormant table. nft 1.0.6 writes flags that mean nothing: then it is not known to be awake.
    private static bool IsAwake(JsonElement table) => Part(table, "flags") switch
    {
        null => true,
        { ValueKind: JsonValueKind.Array } flags => flags.EnumerateArray().All(static flag => IsHarmless(flag)),
        { } flag => IsHarmless(flag),
    };

    private static bool IsHarmless(JsonElement flag) => flag.ValueKind == JsonValueKind.String && flag.GetString() is "owner" or "persist";

    private static bool IsIn(JsonElement table, JsonElement chain) => Text(table, "family") == Text(chain, "family") && Text(table, "name") == Text(chain, "table");

    private static bool IsClosed(JsonElement chain, List<JsonElement> rules)
    {
        var policy = Text(chain, "policy");
        var own = rules.FindAll(rule => Text(rule, "family") == Text(chain, "family") && Text(rule, "table") == Text(chain, "table"));
        return (VerdictOverAll(Text(chain, "name"), own, MostJumps) ?? policy) is "drop" or "reject";
    }

    // The first verdict over all packets is the last word, also in a chain that all of them are sent to; null when the policy is.
    private static string? VerdictOverAll(string chain, List<JsonElement> rules, int jumps)
    {
        foreach (var (word, target) in rules.Where(rule => Text(rule, "chain") == chain).Select(OverAll))
        {
            if (word is "drop" or "reject" or "accept") return word;
            if (word == "return") return null;
            if (word is not ("jump" or "goto")) continue;
            if (jumps == 0) return "accept";
            var there = VerdictOverAll(target, rules, jumps - 1);
            if (there is not null || word == "goto") return there;
        }

        return null;
    }

    // What a rule does with all packets, and the chain that it names; nothing when it is about some of them only, or counts.
    private static (string Word, string Target) OverAll(JsonElement rule)
    {
        if (Part(rule, "expr") is not { ValueKind: JsonValueKind.Array } statements) return ("", "");
        (string Word, string Target) found = ("", "");
        foreach (var statement in statements.EnumerateArray())
        {
            if (statement.ValueKind != JsonValueKind.Object || statement.EnumerateObject().FirstOrDefault() is not { Name: { } word } said) return ("", "");
            if (word is "drop" or "reject" or "accept" or "return") found = (word, "");
            else if (word is "jump" or "goto") found = (word, Text(said.Value, "target"));
            else if (word is not ("counter" or "log")) return ("", "");
        }

        return found;
    }

    private static List<JsonElement> Of(List<JsonElement> all, string kind) => [.. all.Select(entry => Part(entry, kind)).OfType<JsonElement>()];

    private static JsonElement? Part(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var part) ? part : null;

    private static string Text(JsonElement element, string name) =>
        Part(element, name) is { ValueKind: JsonValueKind.String } part ? part.GetString()! : "";
}
