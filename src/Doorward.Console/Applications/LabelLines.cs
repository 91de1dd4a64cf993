using System.Text.Json.Nodes;

namespace Doorward.Console.Applications;

/// <summary>
/// Labels as lines of <c>key=value</c>. Policies read labels, so none may change by being shown: one that does not come back from its
/// line as it was (a key with <c>=</c>, a blank at an end) is kept beside the text.
/// </summary>
internal sealed class LabelLines
{
    public static readonly LabelLines None = new("", []);

    private LabelLines(string text, JsonObject kept) => (Text, Kept) = (text, kept);

    public string Text { get; }

    /// <summary>Those that no line can say.</summary>
    public JsonObject Kept { get; }

    public static LabelLines Of(JsonObject labels)
    {
        var sayable = labels.ToLookup(static label => JsonNode.DeepEquals(Parse(Line(label)), new JsonObject([KeyValuePair.Create(label.Key, label.Value?.DeepClone())])));
        return new(string.Join('\n', sayable[true].Select(Line)), new JsonObject(sayable[false].Select(static label => KeyValuePair.Create(label.Key, label.Value?.DeepClone()))));
    }

    /// <summary>What the lines say, with what they cannot say; the first of a key counts.</summary>
    public JsonObject Read(string text)
    {
        var labels = Parse(text);
        foreach (var (key, value) in Kept) labels.TryAdd(key, value?.DeepClone());
        return labels;
    }

    private static string Line(KeyValuePair<string, JsonNode?> label) => $"{label.Key}={label.Value}";

    private static JsonObject Parse(string text) => new(text.Split(['\n', '\r'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
        .Select(static line => line.Split('=', 2)).DistinctBy(static pair => pair[0].Trim())
        .Select(static pair => KeyValuePair.Create(pair[0].Trim(), (JsonNode?)JsonValue.Create(pair.ElementAtOrDefault(1)?.Trim() ?? ""))));
}
