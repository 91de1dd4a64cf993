using System.Collections.ObjectModel;
using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Parsing;

/// <summary><c>@name("value")</c> in front of policies and declarations; without a value it is the empty text.</summary>
internal static class AnnotationParser
{
    public static ReadOnlyDictionary<string, string>? Parse(TokenReader reader)
    {
        if (!reader.Is(TokenKind.At)) return ReadOnlyDictionary<string, string>.Empty;
        var annotations = new Dictionary<string, string>(StringComparer.Ordinal);
        while (reader.TryTake(TokenKind.At))
        {
            var token = reader.Current;
            if (!reader.Expect(TokenKind.Identifier, "the name of an annotation")) return null;
            // Reserved words may name annotations.
            var name = reader.TextOf(token).ToString();
            if (ParseValue(reader) is not { } value) return null;
            if (annotations.TryAdd(name, value)) continue;
            reader.Fail(token.Span, $"The annotation @{name} is there twice.");
            return null;
        }
        return annotations.AsReadOnly();
    }

    private static string? ParseValue(TokenReader reader)
    {
        if (!reader.TryTake(TokenKind.OpenParenthesis)) return "";
        if (!reader.Is(TokenKind.String))
        {
            reader.FailAtCurrent("a string", "Annotations are written as @name(\"value\").");
            return null;
        }
        return reader.TakeString() is { } value && reader.Expect(TokenKind.CloseParenthesis, "`)`") ? value : null;
    }
}
