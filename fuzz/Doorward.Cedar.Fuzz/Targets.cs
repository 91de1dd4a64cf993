using System.Buffers;
using System.Text;
using System.Text.Json;
using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Fuzz;

/// <summary>What is done with the bytes. Any exception is a crash; so is a result that does not survive being written and read.</summary>
internal static class Targets
{
    private static readonly AuthorizationRequest Request =
        new(new EntityUid("User", "alice"), new EntityUid("Action", "read"), new EntityUid("Page", "home"), RecordValue.Empty);

    public static IReadOnlyDictionary<string, Action<byte[]>> All { get; } = new Dictionary<string, Action<byte[]>>
    {
        ["policy"] = ReadPolicies,
        ["entities"] = ReadEntities,
        ["context"] = ReadContext,
        ["schema"] = ReadSchema,
    };

    private static void ReadPolicies(byte[] bytes)
    {
        var result = PolicySet.Parse(Encoding.UTF8.GetString(bytes));
        if (!result.Success) return;
        Authorizer.IsAuthorized(result.PolicySet, EntityStore.Empty, Request);
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
