using Doorward.Cedar.Lexing;
using Doorward.Cedar.Parsing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Schemas;

/// <summary>Types as the human-readable syntax writes them: a name, <c>Set&lt;..&gt;</c>, or a record in braces.</summary>
internal sealed class SchemaTypeParser(TokenReader reader)
{
    public TypeSyntax? Parse()
    {
        if (!reader.TryDescend()) return null;
        var type = ParseAny();
        reader.Ascend();
        return type;
    }

    public RecordSyntax? ParseRecord()
    {
        var start = reader.Current.Start;
        if (!reader.Expect(TokenKind.OpenBrace, "`{`") || !reader.TryDescend()) return null;
        var attributes = new List<AttributeSyntax>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (!reader.TryTake(TokenKind.CloseBrace))
        {
            if (ParseAttribute(names) is not { } attribute) return null;
            attributes.Add(attribute);
            if (!reader.TryTake(TokenKind.Comma) && !reader.Is(TokenKind.CloseBrace))
            {
                reader.FailAtCurrent("`,` or `}`");
                return null;
            }
        }
        reader.Ascend();
        return new RecordSyntax(attributes, SourceSpan.Between(start, reader.LastEnd));
    }

    /// <summary>A name that may stand in the reserved namespace, as <c>__cedar::Long</c>.</summary>
    public NameSyntax? ParseName(string what)
    {
        var start = reader.Current.Start;
        if (!reader.ExpectIdentifier(what, out var name)) return null;
        while (reader.Is(TokenKind.DoubleColon) && reader.Following.Kind != TokenKind.String)
        {
            reader.Take();
            if (!reader.ExpectIdentifier("part of a name", out var part)) return null;
            name = $"{name}::{part}";
        }
        return new NameSyntax(name, NameKind.Any, SourceSpan.Between(start, reader.LastEnd));
    }

    /// <summary>One name, or any number of them in brackets.</summary>
    public List<NameSyntax>? ParseNameOrNames(string what)
    {
        if (!reader.TryTake(TokenKind.OpenBracket)) return ParseName(what) is { } one ? [one] : null;
        var names = new List<NameSyntax>();
        if (reader.TryTake(TokenKind.CloseBracket)) return names;
        do
        {
            if (ParseName(what) is not { } name) return null;
            names.Add(name);
        }
        while (reader.TryTake(TokenKind.Comma));
        return reader.Expect(TokenKind.CloseBracket, "`,` or `]`") ? names : null;
    }

    /// <summary>An identifier or a string.</summary>
    public string? ParseIdentifierOrString(string what)
    {
        if (reader.Is(TokenKind.String)) return reader.TakeString();
        return reader.ExpectIdentifier(what, out var name) ? name : null;
    }

    private TypeSyntax? ParseAny()
    {
        if (reader.Is(TokenKind.OpenBrace)) return ParseRecord();
        if (!reader.IsWord("Set") || reader.Following.Kind != TokenKind.Less) return ParseName("a type");
        var start = reader.Take().Start;
        reader.Take();
        if (Parse() is not { } element || !reader.Expect(TokenKind.Greater, "`>`")) return null;
        return new SetSyntax(element, SourceSpan.Between(start, reader.LastEnd));
    }

    private AttributeSyntax? ParseAttribute(HashSet<string> names)
    {
        var start = reader.Current.Start;
        if (AnnotationParser.Parse(reader) is not { } annotations) return null;
        var at = reader.Current.Span;
        if (ParseIdentifierOrString("the name of an attribute") is not { } name) return null;
        if (!names.Add(name))
        {
            reader.Fail(at, $"The attribute {CedarText.Quote(name)} is there twice.");
            return null;
        }
        var isOptional = reader.TryTake(TokenKind.Question);
        if (!reader.Expect(TokenKind.Colon, isOptional ? "`:`" : "`:` or `?`") || Parse() is not { } type) return null;
        return new AttributeSyntax(name, type, !isOptional, annotations, SourceSpan.Between(start, reader.LastEnd));
    }
}
