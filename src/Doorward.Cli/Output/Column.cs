using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Doorward.Cli.Output;

/// <summary>A column of a table: its heading, and the member of each item it shows (`spec.hosts` goes inwards).</summary>
internal sealed record Column(string Heading, string Member)
{
    /// <summary>How much of a text is shown; the rest is in -o json and yaml.</summary>
    public int Width { get; init; } = int.MaxValue;

    public string Of(JsonNode? item)
    {
        foreach (var part in Member.Split('.'))
        {
            item = item is JsonObject value ? value[part] : null;
        }

        var text = Text(item);
        return text.Length > Width ? string.Concat(text.AsSpan(0, Width - 3).TrimEnd(), "...") : text;
    }

    private static string Text(JsonNode? node) => node switch
    {
        null => "",
        JsonArray list => string.Join(", ", list.Select(Text)),
        JsonObject map => string.Join(", ", map.Select(entry => $"{entry.Key}={Text(entry.Value)}")),
        JsonValue value when value.GetValueKind() == JsonValueKind.String && TryReadTime(value.GetValue<string>(), out var time) => $"{time:yyyy-MM-ddTHH:mm:ssZ}",
        _ => node.ToString(),
    };

    // A table is for people, to whom seconds are enough; -o json has all there is.
    private static bool TryReadTime(string text, out DateTime time) =>
        DateTime.TryParseExact(text, "yyyy-MM-ddTHH:mm:ss.FFFFFFFK", CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal, out time);
}
