using System.Text;
using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Parsing;

/// <summary>Type names and entities: <c>A::B</c> and <c>A::B::"id"</c>.</summary>
internal static class NameParser
{
    private const string EntityExample = "Entities are written as User::\"alice\".";

    public static string? ParseTypeName(TokenReader reader) => ParsePath(reader, "a type name");

    public static EntityUid? ParseEntity(TokenReader reader)
    {
        if (reader.Is(TokenKind.String))
        {
            reader.FailAtCurrent("an entity", EntityExample);
            return null;
        }
        var start = reader.Current.Start;
        if (ParsePath(reader, "an entity") is not { } type) return null;
        if (reader.Is(TokenKind.DoubleColon) && reader.Following.Kind == TokenKind.String) return ParseId(reader, type);
        reader.Fail(SourceSpan.Between(start, reader.LastEnd), $"`{type}` is a type, but an entity should stand here.", EntityExample);
        return null;
    }

    /// <summary>With the current tokens <c>::"id"</c>.</summary>
    public static EntityUid? ParseId(TokenReader reader, string type)
    {
        reader.Take();
        return reader.TakeString() is { } id ? new EntityUid(type, id) : null;
    }

    /// <summary>Identifiers joined by <c>::</c>, up to but without a <c>::</c> in front of a string.</summary>
    public static string? ParsePath(TokenReader reader, string what)
    {
        var start = reader.Current.Start;
        if (!reader.ExpectIdentifier(what, out var first)) return null;
        StringBuilder? path = null;
        while (reader.Is(TokenKind.DoubleColon) && reader.Following.Kind != TokenKind.String)
        {
            reader.Take();
            if (!reader.ExpectIdentifier("part of a name", out var part)) return null;
            path ??= new StringBuilder(first);
            path.Append("::").Append(part);
        }
        var name = path?.ToString() ?? first;
        if (CedarText.IsTypeName(name)) return name;
        reader.Fail(SourceSpan.Between(start, reader.LastEnd), "Names with `__cedar` are reserved for the language.");
        return null;
    }
}
