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
            var rules = all.Select(static entry => Part(entry, "rule")).OfType<JsonElement>().ToList();
            var inputs = all.Select(static entry => Part(entry, "chain")).OfType<JsonElement>().Where(static chain => Text(chain, "hook") == "input" && Text(chain, "type") == "filter");
            return [.. inputs.Where(chain => IsClosed(chain, rules)).Select(static chain => Text(chain, "family"))];
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsClosed(JsonElement chain, List<JsonElement> rules)
    {
        var own = rules.Where(rule =>
            Text(rule, "family") == Text(chain, "family") && Text(rule, "table") == Text(chain, "table") && Text(rule, "chain") == Text(chain, "name")).ToList();
        // The first verdict over all packets is the last word; without one the chain's policy is.
        var verdict = own.Select(VerdictOverAll).FirstOrDefault(static verdict => verdict is not null);
        return verdict is null ? Text(chain, "policy") == "drop" : verdict is "drop" or "reject";
    }

    // Null when the rule is about some packets only, or goes on elsewhere.
    private static string? VerdictOverAll(JsonElement rule)
    {
        if (Part(rule, "expr") is not { ValueKind: JsonValueKind.Array } statements) return null;
        var words = statements.EnumerateArray().Select(static statement => statement.ValueKind == JsonValueKind.Object ? statement.EnumerateObject().FirstOrDefault().Name ?? "" : "").ToList();
        return words.TrueForAll(static word => word is "counter" or "log" or "drop" or "reject" or "accept") ? words.Find(static word => word is "drop" or "reject" or "accept") : null;
    }

    private static JsonElement? Part(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var part) ? part : null;

    private static string Text(JsonElement element, string name) =>
        Part(element, name) is { ValueKind: JsonValueKind.String } part ? part.GetString()! : "";
}
