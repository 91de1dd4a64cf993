using System.Text.Json.Nodes;

namespace Doorward.Cli.Output;

/// <summary>A column of a table: its heading, and the member of each item it shows (`spec.hosts` goes inwards).</summary>
internal sealed record Column(string Heading, string Member)
{
    public string Of(JsonNode? item)
    {
        foreach (var part in Member.Split('.'))
        {
            item = item is JsonObject value ? value[part] : null;
        }

        return Text(item);
    }

    private static string Text(JsonNode? node) => node switch
    {
        null => "",
        JsonArray list => string.Join(", ", list.Select(Text)),
        JsonObject map => string.Join(", ", map.Select(entry => $"{entry.Key}={Text(entry.Value)}")),
        _ => node.ToString(),
    };
}
