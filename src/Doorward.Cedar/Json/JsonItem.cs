using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Json;

/// <summary>A value of a JSON text with its place in it, for the formats whose errors point into the text: schemas and policies.</summary>
internal sealed class JsonItem(JsonTokenType kind, int start)
{
    /// <summary>The first token: <c>StartObject</c>, <c>StartArray</c>, <c>String</c>, <c>Number</c>, <c>True</c>, <c>False</c> or <c>Null</c>.</summary>
    public JsonTokenType Kind { get; } = kind;

    public SourceSpan Span { get; private set; } = new(start, 1);

    /// <summary>The text of a string; the digits of a number.</summary>
    public string Text { get; init; } = "";

    /// <summary>The members of an object in their order, every name once.</summary>
    public List<(string Name, JsonItem Value)> Members { get; } = [];

    public List<JsonItem> Elements { get; } = [];

    public bool IsObject => Kind == JsonTokenType.StartObject;

    public bool IsArray => Kind == JsonTokenType.StartArray;

    public bool IsString => Kind == JsonTokenType.String;

    public bool TryGet(string name, [NotNullWhen(true)] out JsonItem? value)
    {
        value = Members.FirstOrDefault(member => member.Name == name).Value;
        return value is not null;
    }

    public void Close(int end) => Span = SourceSpan.Between(Span.Start, end);
}
