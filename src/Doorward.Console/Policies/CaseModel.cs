using System.Globalization;
using System.Text.Json.Nodes;

namespace Doorward.Console.Policies;

/// <summary>
/// A supposed access as one fills it in: of a test, or as a question. What is empty is left unsaid. Fields are named as in documents
/// (docs/reference/resources.md, Policy); of those that the form does not have, what was read is kept.
/// </summary>
public sealed class CaseModel
{
    private static readonly string[] Texts = ["user", "service", "application", "action", "signInAge", "address", "network", "at", "method", "path"];
    private static readonly string[] Numbers = ["assurance", "hour", "weekday"];
    private static readonly string[] Lists = ["groups", "methods"];
    private static readonly string[] DeviceWords = ["managed", "seen", "bound", "compliant"];

    /// <summary>Of a device that is there and of which no more is supposed.</summary>
    private const string Known = "known";
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly JsonObject _origin;

    public CaseModel()
        : this([])
    {
    }

    private CaseModel(JsonObject origin) => _origin = origin;

    /// <summary>The fields a question in an address may have.</summary>
    public static IReadOnlyList<string> Fields { get; } = [.. Texts, .. Numbers, .. Lists, "anonymous", "device", "risk", "target", "login"];

    public string this[string field]
    {
        get => _values.GetValueOrDefault(field, "");
        set
        {
            if (string.IsNullOrWhiteSpace(value)) _values.Remove(field);
            else _values[field] = value.Trim();
        }
    }

    public bool Anonymous
    {
        get => this["anonymous"] == "true";
        set => this["anonymous"] = value ? "true" : "";
    }

    public bool IsEmpty => _values.Count == 0;

    /// <summary>Whether it says who asks, and for which application.</summary>
    public bool SaysWhoAndWhat => this["application"].Length > 0 && (Anonymous || this["user"].Length > 0 || this["service"].Length > 0);

    public static CaseModel Read(JsonObject json)
    {
        var read = new CaseModel((JsonObject)json.DeepClone()) { Anonymous = json["anonymous"]?.GetValue<bool>() ?? false };
        foreach (var field in Texts.Concat(Numbers)) read[field] = json[field]?.ToString() ?? "";
        foreach (var field in Lists) read[field] = json[field] is JsonArray list ? string.Join(", ", list.Select(static one => one?.ToString())) : "";
        read["device"] = json["device"] is JsonObject device ? DeviceText(device) : "";
        read["risk"] = json["risk"]?["score"]?.ToString() ?? "";
        (read["target"], read["login"]) = (TargetText(json["tunnel"] as JsonObject), json["tunnel"]?["login"]?.ToString() ?? "");
        return read;
    }

    /// <summary>From the parts of an address; what has no name among <see cref="Fields"/> is left.</summary>
    public static CaseModel Read(Func<string, string?> query)
    {
        var read = new CaseModel();
        foreach (var field in Fields) read[field] = query(field) ?? "";
        return read;
    }

    public IReadOnlyDictionary<string, object?> ToQuery() => Fields.ToDictionary(static field => field, field => this[field] is { Length: > 0 } value ? (object?)value : null);

    public string ToAddress() => "/what-if?" + string.Join('&', _values.OrderBy(static one => one.Key, StringComparer.Ordinal).Select(static one => $"{one.Key}={Uri.EscapeDataString(one.Value)}"));

    public JsonObject ToJson()
    {
        var json = (JsonObject)_origin.DeepClone();
        foreach (var field in Texts) Put(json, field, this[field] is { Length: > 0 } text ? JsonValue.Create(text) : null);
        foreach (var field in Numbers) Put(json, field, Number(this[field]));
        foreach (var field in Lists) Put(json, field, this[field] is { Length: > 0 } list ? new JsonArray([.. Words(list, ',').Select(static word => (JsonNode)word)]) : null);
        Put(json, "anonymous", Anonymous ? JsonValue.Create(true) : null);
        if (this["device"] != (_origin["device"] is JsonObject known ? DeviceText(known) : "")) Put(json, "device", Device());
        if (this["risk"] != (_origin["risk"]?["score"]?.ToString() ?? "")) Put(json, "risk", Number(this["risk"]) is { } score ? new JsonObject { ["score"] = score } : null);
        Put(json, "tunnel", Tunnel());
        return json;
    }

    /// <summary>Who asks for what, in few words.</summary>
    public string Summary(string anonymous) =>
        string.Join(", ", new[] { Anonymous ? anonymous : this["user"] + this["service"], this["groups"] }.Where(static part => part.Length > 0));

    private static string DeviceText(JsonObject device) =>
        string.Join(", ", DeviceWords.Where(word => device[word] is JsonValue value && value.TryGetValue<bool>(out var set) && set).DefaultIfEmpty(Known));

    // A word that is none goes as it is, too: left out, another question than what was typed would be answered.
    private JsonObject? Device() => this["device"] is { Length: > 0 } text
        ? new JsonObject(Words(text, ',', ' ').Where(static word => word != Known).Distinct(StringComparer.Ordinal).Select(static word => KeyValuePair.Create(word, (JsonNode?)true)))
        : null;

    // Without a host, a colon and the port: what is not said is of the application's first target.
    private static string TargetText(JsonObject? tunnel) => tunnel?["port"] is { } port ? $"{tunnel["host"]}:{port}" : tunnel?["host"]?.ToString() ?? "";

    private JsonObject? Tunnel()
    {
        var tunnel = new JsonObject();
        var (target, colon) = (this["target"], this["target"].LastIndexOf(':'));
        if (target.Length > 0 && colon != 0) tunnel["host"] = (colon < 0 ? target : target[..colon]).Trim('[', ']');
        if (colon >= 0 && Number(target[(colon + 1)..]) is { } port) tunnel["port"] = port;
        if (this["login"] is { Length: > 0 } login) tunnel["login"] = login;
        return tunnel.Count == 0 ? null : tunnel;
    }

    // What is no number goes as it is: the API says what is wrong with it.
    private static JsonValue? Number(string text) =>
        text.Length == 0 ? null : long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? JsonValue.Create(number) : JsonValue.Create(text);

    private static string[] Words(string text, params char[] between) => text.Split(between, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static void Put(JsonObject json, string field, JsonNode? value)
    {
        if (value is null) json.Remove(field);
        else json[field] = value;
    }
}
