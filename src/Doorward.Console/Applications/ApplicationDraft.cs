using System.Text.Json.Nodes;

namespace Doorward.Console.Applications;

/// <summary>
/// An application as its form shows it: lists are lines. What the form does not show (tls, cors, timeouts...) is kept as it was, so that
/// saving here undoes nothing that was written elsewhere.
/// </summary>
public sealed class ApplicationDraft
{
    private JsonObject _rest = [];

    public string Name { get; set; } = "";

    public string Hosts { get; set; } = "";

    public string Upstreams { get; set; } = "";

    /// <summary>Lines of <c>key=value</c>.</summary>
    public string Labels { get; set; } = "";

    public bool Strict { get; set; }

    /// <summary>A duration such as 8h; empty for no bound.</summary>
    public string MaxSignInAge { get; set; } = "";

    public bool OpaquePaths { get; set; }

    public bool AllowSpecialAddresses { get; set; }

    public IReadOnlyList<string> UpstreamList => Lines(Upstreams);

    /// <summary>Fields that are there and not shown.</summary>
    public IReadOnlyList<string> Kept => [.. _rest.Select(static kept => kept.Key)];

    /// <summary>Whether it holds a secret, which nobody is told and which deleting would lose.</summary>
    public bool HasSecret => _rest["tls"]?["clientKey"] is not null;

    public static ApplicationDraft From(string name, JsonObject spec)
    {
        var rest = spec.DeepClone().AsObject();
        var draft = new ApplicationDraft
        {
            Name = name,
            Hosts = Join(Take(rest, "hosts")),
            Upstreams = Join(Take(rest, "upstream") ?? Take(rest, "upstreams")),
            Labels = string.Join('\n', (Take(rest, "labels")?.AsObject() ?? []).Select(static label => $"{label.Key}={label.Value}")),
            Strict = Take(rest, "strict")?.GetValue<bool>() ?? false,
            MaxSignInAge = Take(rest, "maxSignInAge")?.GetValue<string>() ?? "",
            OpaquePaths = Take(rest, "paths")?.GetValue<string>() == "opaque",
            AllowSpecialAddresses = Take(rest, "allowSpecialAddresses")?.GetValue<bool>() ?? false,
        };
        draft._rest = rest;
        return draft;
    }

    public JsonObject ToSpec()
    {
        var spec = new JsonObject { ["hosts"] = List(Lines(Hosts)) };
        var upstreams = UpstreamList;
        if (upstreams.Count == 1) spec["upstream"] = upstreams[0];
        if (upstreams.Count > 1) spec["upstreams"] = List(upstreams);
        var labels = Lines(Labels).Select(static line => line.Split('=', 2)).DistinctBy(static pair => pair[0].Trim())
            .Select(static pair => KeyValuePair.Create(pair[0].Trim(), (JsonNode?)JsonValue.Create(pair.ElementAtOrDefault(1)?.Trim() ?? ""))).ToList();
        if (labels.Count > 0) spec["labels"] = new JsonObject(labels);
        if (Strict) spec["strict"] = true;
        if (!string.IsNullOrWhiteSpace(MaxSignInAge)) spec["maxSignInAge"] = MaxSignInAge.Trim();
        if (OpaquePaths) spec["paths"] = "opaque";
        if (AllowSpecialAddresses) spec["allowSpecialAddresses"] = true;
        foreach (var (name, value) in _rest) spec[name] = value?.DeepClone();
        return spec;
    }

    private static JsonNode? Take(JsonObject spec, string field) => spec.Remove(field, out var value) ? value : null;

    private static string Join(JsonNode? value) => value is JsonArray items ? string.Join('\n', items.Select(static item => item!.GetValue<string>())) : value?.GetValue<string>() ?? "";

    private static string[] Lines(string text) => text.Split(['\n', '\r', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static JsonArray List(IEnumerable<string> texts) => [.. texts.Select(static text => JsonValue.Create(text))];
}
