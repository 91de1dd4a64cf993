using System.Buffers;
using System.Text;
using System.Text.Json;
using Doorward.Cedar;
using Doorward.Cedar.Schemas;

namespace Doorward.Fuzz;

/// <summary>What is done with the bytes. Any exception is a crash; so is a result that does not survive being written and read.</summary>
internal static class Targets
{
    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } = new Dictionary<string, Action<byte[]>>
    {
        ["policy"] = ReadPolicies,
        ["entities"] = ReadEntities,
        ["context"] = ReadContext,
        ["schema"] = ReadSchema,
        ["policy-json"] = ReadPolicyJson,
    };

    private static void ReadPolicies(byte[] bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        var result = PolicySet.Parse(text);
        if (!result.Success) return;
        var formatted = PolicyFormatter.Format(text).Text;
        Demand(formatted is not null && PolicyFormatter.Format(formatted).Text == formatted, "formatting twice is not formatting once");
        Demand(PolicyJson.ReadSet(PolicyJson.Write(result.PolicySet)).Success, "the JSON of policies was refused");
        // Made here, not in a static field: instrumented code must not run before the fuzzer has mapped its memory.
        var request = new AuthorizationRequest(
            new EntityUid("User", "alice"), new EntityUid("Action", "read"), new EntityUid("Page", "home"), RecordValue.Empty);
        Authorizer.IsAuthorized(result.PolicySet, EntityStore.Empty, request);
        foreach (var policy in result.PolicySet)
        {
            _ = policy.ContextPaths;
            // The text of one policy must be one policy again.
            Demand(PolicyParser.ParsePolicy(policy.Id, policy.ToString()).Success, "the text of a policy was refused");
        }
    }

    private static void ReadEntities(byte[] bytes)
    {
        if (CedarJson.ReadEntities(bytes).Value is not { } store) return;
        var again = CedarJson.ReadEntities(Write(writer => CedarJson.WriteEntities(writer, store.Entities))).Value;
        Demand(again is not null && store.Entities.All(entity => entity.Equals(again.Find(entity.Uid))), "entities changed on the way");
    }

    private static void ReadContext(byte[] bytes)
    {
        if (CedarJson.ReadContext(bytes).Value is not { } context) return;
        Demand(context.Equals(CedarJson.ReadContext(Write(writer => CedarJson.WriteContext(writer, context))).Value), "a context changed on the way");
    }

    private static void ReadPolicyJson(byte[] bytes)
    {
        if (PolicyJson.ReadSet(Encoding.UTF8.GetString(bytes)).PolicySet is not { } policies) return;
        var json = PolicyJson.Write(policies);
        Demand(PolicyJson.ReadSet(json).PolicySet is { } again && PolicyJson.Write(again) == json, "policies changed on the way");
    }

    private static void ReadSchema(byte[] bytes)
    {
        if (Schema.ParseAny(Encoding.UTF8.GetString(bytes)).Schema is not { } schema) return;
        Demand(Schema.ParseJson(schema.ToJson()).Success, "the JSON of a schema was refused");
        if (schema.TryToText(out var text, out _)) Demand(Schema.Parse(text).Success, "the text of a schema was refused");
    }

    private static byte[] Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer)) write(writer);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Demand(bool holds, string otherwise)
    {
        if (!holds) throw new InvalidOperationException(otherwise);
    }
}
