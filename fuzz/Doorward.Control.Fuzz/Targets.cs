using System.Text;
using System.Text.Json;
using Doorward.Control.Devices.Providers;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Specs;

namespace Doorward.Fuzz;

/// <summary>What is done with the bytes. Any exception but those that a target expects is a crash; so is an answer that cannot be right.</summary>
internal static class Targets
{
    private const int Most = 100;
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 32 };

    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } = new Dictionary<string, Action<byte[]>>
    {
        ["mapping"] = ReadMapping,
        ["webhook"] = ReadSignature,
    };

    // A mapping as an operator writes it, and behind the first line's end a provider's answer that is read by it.
    private static void ReadMapping(byte[] bytes)
    {
        var end = Array.IndexOf(bytes, (byte)'\n');
        if (end < 0 || Parse(bytes.AsMemory(0, end)) is not { } written || Parse(bytes.AsMemory(end + 1)) is not { } answer) return;
        using (written)
        using (answer)
        {
            var errors = new List<ResourceError>();
            var mapping = MappingFields.Read(new SpecReader(written.RootElement, errors));
            if (errors.Count > 0) return;
            using var again = JsonDocument.Parse(MappingFields.Write(mapping).Spec.ToJsonString());
            var reread = MappingFields.Read(new SpecReader(again.RootElement, errors));
            Demand(errors.Count == 0 && MappingFields.Write(reread).Spec.ToJsonString() == MappingFields.Write(mapping).Spec.ToJsonString(), "a mapping that is written is another");
            foreach (var match in new[] { new RecordMatch(mapping.HostName ?? "", null), new RecordMatch("/id", "serial") })
            {
                var records = ProviderRecord.Read(answer.RootElement, mapping, match, Most);
                Demand(records is not { Length: > Most }, "more records than are read");
                Demand(records is null || mapping.Seen is null || records.Value.All(static record => record.Seen is not null || record.Health == ProviderHealth.Missing), "a record of any age counts");
                _ = match.Pair(records ?? [], [new KnownDevice("a", "laptop", new Dictionary<string, string> { ["serial"] = "C02X" }), new KnownDevice("b", "", new Dictionary<string, string>())]);
            }
        }
    }

    private static void ReadSignature(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        Demand(WebhookSignature.KeyOf(text) is not { Length: < 24 or > 64 }, "a key of a wrong length");
        Demand(!WebhookSignature.IsSigned(new byte[32], "id", "1", text, [1]), "what nobody signed is signed");
    }

    private static JsonDocument? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json, Strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidOperationException(otherwise);
    }
}
