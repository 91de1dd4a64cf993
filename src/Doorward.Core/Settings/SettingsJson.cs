using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Doorward.Core.Applications;

namespace Doorward.Core.Settings;

/// <summary>Reads settings from JSON, and says what is wrong with them in the words of the file instead of those of the reader.</summary>
public static class SettingsJson
{
    /// <summary>The settings, or null and what is wrong.</summary>
    public static T? Read<T>(byte[] json, JsonTypeInfo<T> type, out SettingsFault? fault)
        where T : class
    {
        try
        {
            fault = new SettingsWalk(json).Check(type);
            var settings = fault is null ? JsonSerializer.Deserialize(json, type) : null;
            fault ??= settings is null ? new SettingsFault(1, "the file holds no settings", "write them between { and }") : null;
            return settings;
        }
        catch (JsonException error)
        {
            var where = string.IsNullOrEmpty(error.Path) || error.Path == "$" ? "" : $"{error.Path["$.".Length..]}: ";
            fault = new SettingsFault((error.LineNumber ?? 0) + 1, where.Length > 0 ? $"{where}this value cannot be used" : $"it is not JSON: {Sentence(error.Message)}", "correct the file");
            return null;
        }
    }

    // The reader goes on with places that are said already.
    private static string Sentence(string message) => message.Split(" LineNumber:")[0].Split(" Path:")[0].TrimEnd('.');
}

/// <summary>Compares the names and sorts of values in a file with those that the settings have.</summary>
internal readonly ref struct SettingsWalk(byte[] json)
{
    public SettingsFault? Check(JsonTypeInfo type)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        return reader.Read() && reader.TokenType == JsonTokenType.StartObject
            ? Fields(ref reader, type, "")
            : new SettingsFault(1, "the file holds no settings", "write them between { and }");
    }

    // As deep as the settings' types are, however deep the file is.
    private SettingsFault? Fields(ref Utf8JsonReader reader, JsonTypeInfo type, string within)
    {
        var known = type.Properties.Where(static property => property.Get is not null || property.Set is not null).ToList();
        var comparison = type.Options.PropertyNameCaseInsensitive ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var missing = known.Where(static property => property.IsRequired).Select(static property => property.Name).ToList();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (name, line) = (reader.GetString()!, LineAt(reader.TokenStartIndex));
            if (known.Find(property => property.Name.Equals(name, comparison)) is not { } property) return Unknown(line, within, name, known);
            missing.Remove(property.Name);
            reader.Read();
            if (Expected(property.PropertyType, property.IsRequired, reader.TokenType) is { } expected)
                return new SettingsFault(line, $"{within}{property.Name} is not {expected}", $"write {expected} after \"{property.Name}\":");
            var isNested = reader.TokenType == JsonTokenType.StartObject && type.Options.TryGetTypeInfo(property.PropertyType, out _);
            if (!isNested) reader.Skip();
            else if (Fields(ref reader, type.Options.GetTypeInfo(property.PropertyType), $"{within}{property.Name}.") is { } fault) return fault;
        }

        return missing.Count == 0 ? null : new SettingsFault(
            LineAt(reader.TokenStartIndex), $"{string.Join(", ", missing.Select(name => within + name))} {(missing.Count == 1 ? "is" : "are")} missing", "add what is missing; docs/guides/parts-apart.md shows a whole file");
    }

    private static SettingsFault Unknown(long line, string within, string name, List<JsonPropertyInfo> known)
    {
        var names = known.ConvertAll(static property => property.Name);
        var meant = Spelling.Nearest(name, names) is { } near ? $"did you mean {near}?" : $"there are {string.Join(", ", names)}";
        return new SettingsFault(line, $"there is no setting {within}{Shown.Text(name)}", meant);
    }

    // Only what is certain: what a converter reads is the converter's business.
    private static string? Expected(Type type, bool isRequired, JsonTokenType given)
    {
        if (given == JsonTokenType.Null && !isRequired) return null;
        var plain = Nullable.GetUnderlyingType(type) ?? type;
        if (plain == typeof(string) || plain == typeof(Uri)) return given == JsonTokenType.String ? null : "a text in quotes";
        if (plain == typeof(int) || plain == typeof(long)) return given == JsonTokenType.Number ? null : "a whole number";
        return plain == typeof(string[]) && given != JsonTokenType.StartArray ? "a list of texts in [ and ]" : null;
    }

    private long LineAt(long index) => json.AsSpan(0, (int)Math.Min(index, json.Length)).Count((byte)'\n') + 1;
}
