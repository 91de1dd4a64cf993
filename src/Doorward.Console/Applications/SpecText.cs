using System.Text.Json.Nodes;

namespace Doorward.Console.Applications;

/// <summary>Fields of documents as lists show them.</summary>
internal static class SpecText
{
    private const int Few = 5;

    public static string List(JsonNode? value) => string.Join(", ", Items(value));

    /// <summary>The first few, for a row.</summary>
    public static IEnumerable<string> First(JsonNode? value) => Items(value) is { Count: > Few } many ? many.Take(Few).Append("…") : Items(value);

    /// <summary>What lies behind the door.</summary>
    public static JsonNode? Behind(JsonObject spec) => spec["upstream"] ?? spec["upstreams"] ?? spec["tcp"] ?? spec["connector"];

    public static IReadOnlyList<string> UpstreamList(JsonObject spec) => Items(spec["upstream"] ?? spec["upstreams"]);

    public static IEnumerable<string> Labels(JsonObject spec) => (spec["labels"] as JsonObject ?? []).Select(static label => $"{label.Key}={label.Value}");

    public static bool Flag(JsonObject spec, string field) => spec[field]?.GetValue<bool>() ?? false;

    private static IReadOnlyList<string> Items(JsonNode? value) => value switch
    {
        JsonArray items => [.. items.Select(static item => item?.ToString() ?? "")],
        null => [],
        _ => [value.ToString()],
    };
}
