using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Control.Api.Endpoints;

namespace Doorward.Console.People;

/// <summary>The lists in a group's document, and the document with one member more or less.</summary>
internal static class Membership
{
    public static List<string> Read(JsonObject group, string field) => [.. (group[field] as JsonArray ?? []).Select(static item => item!.GetValue<string>())];

    public static ResourceBody Written(JsonObject group, string member, bool joins, string? reason = null)
    {
        var written = group.DeepClone().AsObject();
        var members = Read(group, "members");
        members.Remove(member);
        if (joins) members.Add(member);
        written["members"] = new JsonArray([.. members.Select(static one => JsonValue.Create(one))]);
        return new(JsonSerializer.SerializeToElement(written), Reason: reason);
    }
}
