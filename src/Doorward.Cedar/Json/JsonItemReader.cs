using System.Text;
using System.Text.Json;
using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Json;

/// <summary>
/// Reads a whole JSON text into items, with a stack of its own: the operators of a policy nest as deep as its chains are long.
/// A name that stands twice in an object is an error.
/// </summary>
internal sealed class JsonItemReader
{
    private readonly byte[] _utf8;
    private readonly SourceText _source;
    private readonly Stack<(JsonItem Item, HashSet<string> Names)> _open = new();
    private long _bytes;
    private int _characters;
    private string? _name;
    private JsonItem? _root;

    private JsonItemReader(SourceText source)
    {
        _source = source;
        _utf8 = Encoding.UTF8.GetBytes(source.Text);
    }

    public static JsonItem? Read(SourceText source, ParserOptions options, out ParseError? error)
    {
        error = null;
        if (source.Text.Length > options.MaxLength)
        {
            error = new ParseError($"The text has {source.Text.Length} characters; at most {options.MaxLength} are read.", source.Locate(default), null);
            return null;
        }
        return new JsonItemReader(source).Read(options.MaxLength, out error);
    }

    private JsonItem? Read(int maxDepth, out ParseError? error)
    {
        error = null;
        var reader = new Utf8JsonReader(_utf8, new JsonReaderOptions { MaxDepth = maxDepth });
        try
        {
            while (reader.Read())
                if ((error = Take(ref reader)) is not null) return null;
            return _root;
        }
        catch (JsonException exception)
        {
            var end = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            error = Error(end < 0 ? exception.Message : exception.Message[..end], new SourceSpan(PositionOf(reader.BytesConsumed), 0));
        }
        catch (InvalidOperationException)
        {
            // What GetString throws for half of a surrogate pair.
            error = Error("This string is no valid Unicode text.", new SourceSpan(PositionOf(reader.TokenStartIndex), 0));
        }
        return null;
    }

    private ParseError? Take(ref Utf8JsonReader reader)
    {
        var start = PositionOf(reader.TokenStartIndex);
        switch (reader.TokenType)
        {
            case JsonTokenType.PropertyName:
                _name = reader.GetString()!;
                return _open.Peek().Names.Add(_name) ? null : Error($"The name {CedarText.Quote(_name)} is there twice.", new SourceSpan(start, 1));
            case JsonTokenType.EndObject or JsonTokenType.EndArray:
                _open.Pop().Item.Close(start + 1);
                return null;
            case JsonTokenType.StartObject or JsonTokenType.StartArray:
                var container = new JsonItem(reader.TokenType, start);
                Add(container);
                _open.Push((container, new HashSet<string>(StringComparer.Ordinal)));
                return null;
            default:
                var isText = reader.TokenType == JsonTokenType.String;
                var item = new JsonItem(reader.TokenType, start) { Text = isText ? reader.GetString()! : Encoding.UTF8.GetString(reader.ValueSpan) };
                item.Close(PositionOf(reader.BytesConsumed));
                Add(item);
                return null;
        }
    }

    private void Add(JsonItem item)
    {
        if (!_open.TryPeek(out var parent)) _root = item;
        else if (parent.Item.IsArray) parent.Item.Elements.Add(item);
        else parent.Item.Members.Add((_name!, item));
    }

    // Places only ever move on, so that every byte is counted once.
    private int PositionOf(long bytes)
    {
        if (bytes > _bytes)
        {
            _characters += Encoding.UTF8.GetCharCount(_utf8, (int)_bytes, (int)(bytes - _bytes));
            _bytes = bytes;
        }
        return _characters;
    }

    private ParseError Error(string message, SourceSpan span) => new(message, _source.Locate(span), null);
}
