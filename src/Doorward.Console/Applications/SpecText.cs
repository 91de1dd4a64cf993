using System.Text.Json.Nodes;

namespace Doorward.Console.Applications;

/// <summary>Fields of documents as lists show them.</summary>
internal static class SpecText
{
    public static string List(JsonNode? value) => value switch
    {
        JsonArray items => string.Join(", ", items.Select(static item => item?.ToString())),
        null => "",
        _ => value.ToString(),
    };

    public static string Upstreams(JsonObject spec) => List(spec["upstream"] ?? spec["upstreams"] ?? spec["tcp"] ?? spec["connector"]);

    public static IReadOnlyList<string> UpstreamList(JsonObject spec) => (spec["upstream"] ?? spec["upstreams"]) switch
    {
        JsonArray items => [.. items.Select(static item => item!.ToString())],
        { } one => [one.ToString()],
        null => [],
    };

    public static IEnumerable<string> Labels(JsonObject spec) => (spec["labels"] as JsonObject ?? []).Select(static label => $"{label.Key}={label.Value}");

    public static bool Flag(JsonObject spec, string field) => spec[field]?.GetValue<bool>() ?? false;
}
