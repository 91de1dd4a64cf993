using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Doorward.Control.Resources.Specs;

/// <summary>Writes a specification as an operator would: defaults are left out, durations are short, secrets are only said to be set.</summary>
internal sealed class SpecWriter
{
    public JsonObject Spec { get; } = [];

    public SpecWriter Text(string field, string? value)
    {
        if (!string.IsNullOrEmpty(value)) Spec[field] = value;
        return this;
    }

    public SpecWriter Texts(string field, IEnumerable<string> values)
    {
        var list = new JsonArray([.. values.Select(static value => (JsonNode)JsonValue.Create(value))]);
        if (list.Count > 0) Spec[field] = list;
        return this;
    }

    /// <summary>As <see cref="Texts"/>, for lists of which "none" and "not said" are different things.</summary>
    public SpecWriter List(string field, IEnumerable<string> values)
    {
        Spec[field] = new JsonArray([.. values.Select(static value => (JsonNode)JsonValue.Create(value))]);
        return this;
    }

    public SpecWriter Flag(string field, bool value, bool otherwise = false)
    {
        if (value != otherwise) Spec[field] = value;
        return this;
    }

    public SpecWriter Number(string field, int? value)
    {
        if (value is { } number) Spec[field] = number;
        return this;
    }

    public SpecWriter Duration(string field, TimeSpan? value, TimeSpan? otherwise = null)
    {
        if (value is { } duration && duration != otherwise) Spec[field] = DurationText.Format(duration);
        return this;
    }

    public SpecWriter Choice<T>(string field, T value, T otherwise) where T : struct, Enum
    {
        if (!value.Equals(otherwise)) Spec[field] = JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
        return this;
    }

    public SpecWriter Secret(string field, string? stored)
    {
        if (stored is not null) Spec[field] = new JsonObject { ["set"] = true };
        return this;
    }

    public SpecWriter Map(string field, ImmutableSortedDictionary<string, string> values)
    {
        if (values.IsEmpty) return this;
        Spec[field] = new JsonObject(values.Select(static entry => KeyValuePair.Create(entry.Key, (JsonNode?)JsonValue.Create(entry.Value))));
        return this;
    }

    public SpecWriter Object(string field, SpecWriter? inner)
    {
        if (inner is not null) Spec[field] = inner.Spec;
        return this;
    }
}
