using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Json;

/// <summary>What readers of items have in common: the errors so far, and the demands that report them.</summary>
internal sealed class JsonReading(SourceText source)
{
    private const int MaxErrors = 100;

    private readonly List<ParseError> _errors = [];

    public IReadOnlyList<ParseError> Errors => _errors;

    public void Add(ParseError error)
    {
        if (_errors.Count < MaxErrors) _errors.Add(error);
    }

    public void Fail(JsonItem item, string message, string? hint = null) => Add(new ParseError(message, source.Locate(item.Span), hint));

    /// <summary>Whether the item is an object that has no other members than these; with none given any may be there.</summary>
    public bool ExpectObject(JsonItem item, string shape, params ReadOnlySpan<string> known)
    {
        if (!item.IsObject)
        {
            Fail(item, "An object should stand here.", shape);
            return false;
        }
        if (known.Length == 0) return true;
        foreach (var (name, value) in item.Members)
        {
            if (known.Contains(name)) continue;
            Fail(value, $"The member {CedarText.Quote(name)} has no meaning here.", shape);
            return false;
        }
        return true;
    }

    /// <summary>Whether the item is an array.</summary>
    public bool ExpectArray(JsonItem item)
    {
        if (!item.IsArray) Fail(item, "An array should stand here.");
        return item.IsArray;
    }

    /// <summary>The strings of an array member; none when it is not there.</summary>
    public List<JsonItem> ReadStrings(JsonItem parent, string name)
    {
        if (!parent.TryGet(name, out var list)) return [];
        if (list.IsArray && list.Elements.All(element => element.IsString)) return list.Elements;
        Fail(list, $"{name} is an array of strings.");
        return [];
    }

    /// <summary>The annotations of an object that may have the member <c>annotations</c>.</summary>
    public IReadOnlyDictionary<string, string> ReadAnnotations(JsonItem parent)
    {
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!parent.TryGet("annotations", out var item) || !ExpectObject(item, "Annotations are an object of strings.")) return annotations;
        foreach (var (name, value) in item.Members)
        {
            if (!CedarText.IsWord(name)) Fail(value, $"{CedarText.Quote(name)} cannot be the name of an annotation.", "Names of annotations are identifiers.");
            else if (value.IsString) annotations.Add(name, value.Text);
            // The annotation without a value.
            else if (value.Kind == System.Text.Json.JsonTokenType.Null) annotations.Add(name, "");
            else Fail(value, "The value of an annotation is a string.");
        }
        return annotations;
    }
}
