using System.Collections.Immutable;
using System.Text.Json;
using Doorward.Core.Applications;

namespace Doorward.Control.Resources.Specs;

/// <summary>
/// Reads one object of a document field by field. What is wrong is collected, all of it, and reading goes on, so that
/// one answer names every mistake; <see cref="End"/> finds the fields that nobody asked for.
/// </summary>
internal sealed class SpecReader
{
    private const int MaxItems = 10_000;
    private const string HasHidden = "has characters that do not show";
    private const string HasHalf = "has half of a character";
    private const string WriteAgain = "write it again";
    private const string RemoveHidden = "remove control and direction characters";
    private readonly JsonElement _object;
    private readonly string _path;
    private readonly List<ResourceError> _errors;
    private readonly List<string> _known = [];

    public SpecReader(JsonElement spec, List<ResourceError> errors, string path = "")
    {
        _path = path;
        _errors = errors;
        if (spec.ValueKind == JsonValueKind.Object) _object = spec;
        else if (spec.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined))
            Fail("", $"is {Describe(spec)} where fields are expected", "write it as fields, one a line");
    }

    public bool Has(string field) => Find(field) is not null;

    /// <summary>Whether the field stands in the document at all, be it empty.</summary>
    public bool Says(string field) => _object.ValueKind == JsonValueKind.Object && _object.TryGetProperty(field, out _);

    public string? Text(string field, int maxLength = 1024)
    {
        if (Find(field) is not { } value) return null;
        return TextOf(value, field, maxLength);
    }

    /// <summary>Text of one line that people read in the midst of others: without what hides, breaks or turns it.</summary>
    public string? Line(string field, int maxLength = 1024)
    {
        if (Text(field, maxLength) is not { } text) return null;
        if (IsLine(text)) return text;
        Fail(field, HasHidden, RemoveHidden);
        return null;
    }

    public string? RequiredText(string field, string fix, int maxLength = 1024)
    {
        if (Text(field, maxLength) is { Length: > 0 } text) return text;
        if (Find(field) is not { ValueKind: not JsonValueKind.String }) Fail(field, "is missing", fix);
        return null;
    }

    /// <summary>A list of texts; a single text stands for a list of one.</summary>
    public ImmutableArray<string> Texts(string field, int maxLength = 1024)
    {
        if (Find(field) is not { } value) return [];
        if (value.ValueKind == JsonValueKind.String) return TextOf(value, field, maxLength) is { } single ? [single] : [];
        if (value.ValueKind != JsonValueKind.Array)
        {
            Fail(field, $"is {Describe(value)} where a list is expected", "write it as [one, two]");
            return [];
        }

        if (value.GetArrayLength() > MaxItems)
        {
            Fail(field, $"has more than {MaxItems} entries", "split it");
            return [];
        }

        return [.. value.EnumerateArray().Select((item, index) => TextOf(item, $"{field}[{index}]", maxLength)).OfType<string>()];
    }

    public bool Flag(string field, bool otherwise = false)
    {
        if (Find(field) is not { } value) return otherwise;
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.GetBoolean();
        Fail(field, $"is {Describe(value)} where true or false is expected", "write true or false");
        return otherwise;
    }

    public TimeSpan? Duration(string field)
    {
        if (Text(field) is not { } text) return null;
        if (DurationText.TryParse(text, out var duration)) return duration;
        Fail(field, $"'{Shown.Text(text)}' is not a duration", "write a whole number and s, m, h or d: 30s, 15m, 8h, 7d");
        return null;
    }

    public T Choice<T>(string field, T otherwise) where T : struct, Enum
    {
        if (Text(field) is not { } text) return otherwise;
        var names = Enum.GetNames<T>();
        var index = Array.FindIndex(names, name => JsonNamingPolicy.CamelCase.ConvertName(name) == text);
        if (index >= 0) return Enum.GetValues<T>()[index];
        Fail(field, $"'{Shown.Text(text)}' is not known", $"write one of: {string.Join(", ", names.Select(JsonNamingPolicy.CamelCase.ConvertName))}");
        return otherwise;
    }

    public SecretText Secret(string field, int maxLength = 64 * 1024)
    {
        if (Find(field) is not { } value) return SecretText.Absent;
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("set", out var set) && set.ValueKind == JsonValueKind.True)
            return SecretText.Keep;
        return TextOf(value, field, maxLength) is { } text ? SecretText.Of(text) : SecretText.Absent;
    }

    /// <summary>A whole number within bounds; the fix says what would be one.</summary>
    public int? Number(string field, int least, int most, string fix)
    {
        if (Find(field) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most) return number;
        Fail(field, value.ValueKind == JsonValueKind.Number ? $"{Shown.Text(value.GetRawText())} is not one of {least} to {most}" : $"is {Describe(value)} where a number is expected", fix);
        return null;
    }

    /// <summary>A list of groups of fields, each with its place in the list as path.</summary>
    public IReadOnlyList<SpecReader> Objects(string field, int most)
    {
        if (Find(field) is not { } value) return [];
        if (value.ValueKind != JsonValueKind.Array) Fail(field, $"is {Describe(value)} where a list is expected", "write it as a list, each entry behind a dash");
        else if (value.GetArrayLength() > most) Fail(field, $"has more than {most} entries", "split it");
        else return [.. value.EnumerateArray().Select((item, index) => new SpecReader(item, _errors, Path($"{field}[{index}]")))];
        return [];
    }

    public SpecReader? Object(string field) =>
        Find(field) is { } value ? new SpecReader(value, _errors, Path(field)) : null;

    public ImmutableSortedDictionary<string, string> Map(string field, int maxEntries = MaxItems, int maxLength = 1024)
    {
        if (Find(field) is not { } value) return ImmutableSortedDictionary<string, string>.Empty;
        if (value.ValueKind != JsonValueKind.Object)
        {
            Fail(field, $"is {Describe(value)} where names and values are expected", "write it as { name: value }");
            return ImmutableSortedDictionary<string, string>.Empty;
        }

        if (value.GetPropertyCount() > maxEntries)
        {
            Fail(field, $"has more than {maxEntries} entries", "leave out what nobody asks for");
            return ImmutableSortedDictionary<string, string>.Empty;
        }

        var map = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var entry in value.EnumerateObject())
        {
            if (NameOf(entry) is not { } name) Fail(field, HasHalf, WriteAgain);
            else if (name.Length > maxLength) Fail(field, $"'{Shown.Text(name)}' is longer than {maxLength} characters", "shorten the name");
            else if (!IsLine(name)) Fail($"{field}.{Shown.Text(name)}", HasHidden, RemoveHidden);
            else if (TextOf(entry.Value, $"{field}.{Shown.Text(name)}", maxLength) is { } text)
            {
                if (IsLine(text)) map[name] = text;
                else Fail($"{field}.{Shown.Text(name)}", HasHidden, RemoveHidden);
            }
        }

        return map.ToImmutable();
    }

    /// <summary>Reports the fields that this kind does not have, with the nearest one that it has.</summary>
    public void End()
    {
        if (_object.ValueKind != JsonValueKind.Object) return;
        foreach (var name in _object.EnumerateObject().Select(NameOf).Where(name => name is null || !_known.Contains(name)))
        {
            if (name is null)
            {
                Fail("", HasHalf, WriteAgain);
                continue;
            }

            var near = Spelling.Nearest(name, _known);
            Fail(Shown.Text(name), "is not a field here", near is null ? $"fields are: {string.Join(", ", _known)}" : $"did you mean {near}?");
        }
    }

    /// <summary>Reports a mistake; line and column are places inside the field's own text.</summary>
    public void Fail(string field, string message, string fix, int? line = null, int? column = null, string? expected = null) =>
        _errors.Add(new ResourceError { Field = Path(field), Message = message, Fix = fix, Line = line, Column = column, Expected = expected });

    public void Fail(IEnumerable<RuleViolation> violations)
    {
        foreach (var violation in violations) Fail(violation.Field, violation.Message, violation.Fix);
    }

    private static bool IsLine(string text) => !text.Any(static c => Shown.IsHidden(c) && !char.IsSurrogate(c));

    private string? TextOf(JsonElement value, string field, int maxLength)
    {
        // YAML reads an unquoted 8 or true as what it looks like; a person who wrote it meant the text.
        var text = value.ValueKind switch
        {
            JsonValueKind.String => StringOf(value),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => null,
        };
        if (text is null && value.ValueKind == JsonValueKind.String) Fail(field, HasHalf, WriteAgain);
        else if (text is null) Fail(field, $"is {Describe(value)} where text is expected", "write it as text");
        else if (text.Length > maxLength) Fail(field, $"is longer than {maxLength} characters", "shorten it");
        else if (text.Contains('\0', StringComparison.Ordinal)) Fail(field, "has a NUL character", "remove it");
        else return text;
        return null;
    }

    // JSON can say one half of a surrogate pair, which no text holds; and unchecked bytes that are none of UTF-8.
    private static string? StringOf(JsonElement value)
    {
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string? NameOf(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private JsonElement? Find(string field)
    {
        if (!_known.Contains(field)) _known.Add(field);
        return _object.ValueKind == JsonValueKind.Object && _object.TryGetProperty(field, out var value)
            && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private string Path(string field) => _path.Length == 0 ? field : field.Length == 0 ? _path : $"{_path}.{field}";

    private static string Describe(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "a group of fields",
        JsonValueKind.String => "text",
        JsonValueKind.Number => "a number",
        JsonValueKind.True or JsonValueKind.False => "true or false",
        _ => "empty",
    };
}
