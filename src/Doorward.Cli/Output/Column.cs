using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Doorward.Cli.Output;

/// <summary>A column of a table: its heading, and the member of each item it shows (`spec.hosts` goes inwards, also in each of a list).</summary>
internal sealed record Column(string Heading, string Member)
{
    /// <summary>How much of a text is shown; the rest is in -o json and yaml.</summary>
    public int Width { get; init; } = int.MaxValue;

    public string Of(JsonNode? item)
    {
        foreach (var part in Member.Split('.')) item = Inside(item, part);

        var text = Text(item);
        return text.Length > Width ? string.Concat(text.AsSpan(0, Width - 3).TrimEnd(), "...") : text;
    }

    private static JsonNode? Inside(JsonNode? node, string part) => node switch
    {
        JsonObject map => map[part],
        JsonArray list => new JsonArray([.. list.Select(one => Inside(one, part)?.DeepClone()).OfType<JsonNode>()]),
        _ => null,
    };

    private static string Text(JsonNode? node) => node switch
    {
        null => "",
        JsonArray list => Joined([.. list.Select(Text)]),
        JsonObject map => string.Join(", ", map.Select(entry => $"{entry.Key}={Text(entry.Value)}")),
        JsonValue value when value.GetValueKind() == JsonValueKind.String && TryReadTime(value.GetValue<string>(), out var time) => $"{time:yyyy-MM-ddTHH:mm:ssZ}",
        _ => node.ToString(),
    };

    // Sentences need no comma between them.
    private static string Joined(string[] texts) => string.Join(texts.All(static text => text.EndsWith('.')) ? " " : ", ", texts);

    // A table is for people, to whom seconds are enough; -o json has all there is.
    private static bool TryReadTime(string text, out DateTime time) =>
        DateTime.TryParseExact(text, "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out time);
}
