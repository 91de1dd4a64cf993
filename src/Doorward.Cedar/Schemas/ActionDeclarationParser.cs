using Doorward.Cedar.Lexing;
using Doorward.Cedar.Parsing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Schemas;

/// <summary>Actions: <c>action read, "open file" in [group] appliesTo { principal: [..], resource: [..], context: {..} };</c></summary>
internal sealed class ActionDeclarationParser(TokenReader reader, SchemaTypeParser types)
{
    private const string Shape = "It is written as appliesTo { principal: [User], resource: [Page], context: {..} }.";

    public bool Parse(NamespaceDeclaration space, IReadOnlyDictionary<string, string> annotations, int start)
    {
        reader.Take();
        if (ParseNames() is not { } names) return false;
        var form = new ActionDeclaration("", annotations, default);
        if (reader.TryTakeWord("in"))
        {
            if (ParseParents() is not { } parents) return false;
            form = form with { Parents = parents };
        }
        if (reader.TryTakeWord("appliesTo"))
        {
            if (ParseAppliesTo() is not { } appliesTo) return false;
            form = form with { AppliesTo = appliesTo };
        }
        // An empty list of attributes is a remnant of older versions that says nothing.
        if (reader.TryTakeWord("attributes")
            && !(reader.Expect(TokenKind.OpenBrace, "`{`") && reader.Expect(TokenKind.CloseBrace, "`}`", "Actions have no attributes."))) return false;
        if (!reader.Expect(TokenKind.Semicolon, "`in`, `appliesTo` or `;`")) return false;
        var span = SourceSpan.Between(start, reader.LastEnd);
        space.Actions.AddRange(names.Select(name => form with { Name = name, Span = span }));
        return true;
    }

    private List<string>? ParseNames()
    {
        var names = new List<string>();
        do
        {
            if (types.ParseIdentifierOrString("the name of an action") is not { } name) return null;
            names.Add(name);
        }
        while (reader.TryTake(TokenKind.Comma));
        return names;
    }

    private List<ActionReference>? ParseParents()
    {
        if (!reader.TryTake(TokenKind.OpenBracket)) return ParseParent() is { } one ? [one] : null;
        var parents = new List<ActionReference>();
        do
        {
            if (ParseParent() is not { } parent) return null;
            parents.Add(parent);
        }
        while (reader.TryTake(TokenKind.Comma));
        return reader.Expect(TokenKind.CloseBracket, "`,` or `]`") ? parents : null;
    }

    private ActionReference? ParseParent()
    {
        var start = reader.Current.Start;
        string? type = null;
        if (reader.Is(TokenKind.Identifier) && reader.Following.Kind == TokenKind.DoubleColon)
        {
            if (types.ParseName("an action") is not { } path || !reader.Expect(TokenKind.DoubleColon, "`::`")) return null;
            type = path.Name;
        }
        var id = type is null ? types.ParseIdentifierOrString("an action") : ParseId();
        return id is null ? null : new ActionReference(type, id, SourceSpan.Between(start, reader.LastEnd));
    }

    private string? ParseId()
    {
        if (reader.Is(TokenKind.String)) return reader.TakeString();
        reader.FailAtCurrent("the id of an action in quotation marks", "An action of another namespace is written as Name::Action::\"read\".");
        return null;
    }

    private AppliesToDeclaration? ParseAppliesTo()
    {
        var start = reader.Current.Start;
        if (!reader.Expect(TokenKind.OpenBrace, "`{`", Shape)) return null;
        List<NameSyntax>? principals = null, resources = null;
        TypeSyntax? context = null;
        while (!reader.TryTake(TokenKind.CloseBrace))
        {
            var word = reader.Current;
            var name = reader.TextOf(word).ToString();
            if (name is not ("principal" or "resource" or "context"))
            {
                reader.FailAtCurrent("`principal`, `resource`, `context` or `}`", Shape);
                return null;
            }
            if ((name switch { "principal" => (object?)principals, "resource" => resources, _ => context }) is not null)
            {
                reader.Fail(word.Span, $"`{name}` is there twice.", Shape);
                return null;
            }
            reader.Take();
            if (!reader.Expect(TokenKind.Colon, "`:`")) return null;
            if (name == "context" ? (context = ParseContext()) is null : !ParseTypes(name, word, ref (name == "principal" ? ref principals : ref resources)))
                return null;
            if (!reader.TryTake(TokenKind.Comma) && !reader.Is(TokenKind.CloseBrace))
            {
                reader.FailAtCurrent("`,` or `}`");
                return null;
            }
        }
        if (principals is not null && resources is not null) return new AppliesToDeclaration(principals, resources, context);
        reader.Fail(
            SourceSpan.Between(start, reader.LastEnd), $"`{(principals is null ? "principal" : "resource")}` is missing.",
            $"{Shape} An action that only groups others has no appliesTo at all.");
        return null;
    }

    private TypeSyntax? ParseContext() => reader.Is(TokenKind.OpenBrace) ? types.ParseRecord() : types.ParseName("a record, or the name of one");

    private bool ParseTypes(string name, Token word, ref List<NameSyntax>? list)
    {
        list = types.ParseNameOrNames("an entity type");
        if (list is null) return false;
        if (list.Count > 0) return true;
        reader.Fail(word.Span, $"`{name}` names no entity type.", "Name at least one; an action that only groups others has no appliesTo at all.");
        return false;
    }
}
