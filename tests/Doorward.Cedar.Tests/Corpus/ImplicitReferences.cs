using System.Text.Json.Nodes;

namespace Doorward.Cedar.Tests.Corpus;

/// <summary>
/// The handwritten tests write references inside attributes as <c>{"type": .., "id": ..}</c>, which only a schema tells from a
/// record. As none of them has a record of that shape, the tests write the reference out.
/// </summary>
internal static class ImplicitReferences
{
    public static byte[] WriteOut(byte[] entities)
    {
        var array = JsonNode.Parse(entities)!.AsArray();
        foreach (var entity in array)
        {
            if (entity!["attrs"] is JsonObject attributes) WriteOut(attributes);
        }
        return System.Text.Encoding.UTF8.GetBytes(array.ToJsonString());
    }

    private static void WriteOut(JsonNode node)
    {
        if (node is JsonArray array)
        {
            for (var i = 0; i < array.Count; i++) array[i] = Changed(array[i]);
        }
        else if (node is JsonObject record)
        {
            foreach (var name in record.Select(member => member.Key).ToList()) record[name] = Changed(record[name]);
        }
    }

    private static JsonNode? Changed(JsonNode? node)
    {
        if (node is JsonObject { Count: 2 } reference && reference.ContainsKey("type") && reference.ContainsKey("id"))
            return new JsonObject { ["__entity"] = reference.DeepClone() };
        if (node is null) return null;
        var copy = node.DeepClone();
        WriteOut(copy);
        return copy;
    }
}
