using System.Text.Json.Nodes;

namespace Doorward.Console.Applications;

/// <summary>Takes the fields that a form shows out of a document, and puts them back; what nobody took is the rest.</summary>
internal sealed class SpecFields(JsonObject spec)
{
    public JsonObject Rest => spec;

    public string TakeText(string field) => Take(field)?.ToString() ?? "";

    public bool TakeFlag(string field, bool otherwise = false) => Take(field)?.GetValue<bool>() ?? otherwise;

    /// <summary>A list as lines; a single value is one.</summary>
    public string TakeLines(string field) => Take(field) switch
    {
        JsonArray items => string.Join('\n', items.Select(static item => item?.ToString())),
        { } one => one.ToString(),
        null => "",
    };

    public JsonObject TakeObject(string field) => Take(field) as JsonObject ?? [];

    public static IReadOnlyList<string> Lines(string text) => text.Split(['\n', '\r', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static void Put(JsonObject spec, string field, string text)
    {
        if (!string.IsNullOrWhiteSpace(text)) spec[field] = text.Trim();
    }

    public static void Put(JsonObject spec, string field, IReadOnlyList<string> texts, bool always = false)
    {
        if (always || texts.Count > 0) spec[field] = new JsonArray([.. texts.Select(static text => JsonValue.Create(text))]);
    }

    public static void Put(JsonObject spec, string field, JsonObject fields)
    {
        if (fields.Count > 0) spec[field] = fields;
    }

    private JsonNode? Take(string field) => spec.Remove(field, out var value) ? value : null;
}
