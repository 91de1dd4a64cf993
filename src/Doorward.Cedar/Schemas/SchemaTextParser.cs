using Doorward.Cedar.Lexing;
using Doorward.Cedar.Parsing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Schemas;

/// <summary>Reads the human-readable syntax: namespaces, and in them declarations that each end with a semicolon.</summary>
internal sealed class SchemaTextParser
{
    private static readonly string[] Beginnings = ["namespace", "entity", "action", "type"];

    private readonly TokenReader _reader;
    private readonly SchemaTypeParser _types;
    private readonly ActionDeclarationParser _actions;
    private readonly Dictionary<string, NamespaceDeclaration> _namespaces = new(StringComparer.Ordinal);

    public SchemaTextParser(TokenReader reader)
    {
        _reader = reader;
        _types = new SchemaTypeParser(reader);
        _actions = new ActionDeclarationParser(reader, _types);
    }

    /// <summary>All declarations. After an error reading goes on behind the next semicolon, so that one look shows all errors.</summary>
    public List<NamespaceDeclaration> ParseAll()
    {
        while (!_reader.Is(TokenKind.End) && _reader.Errors.Count < _reader.Options.MaxErrors)
        {
            var start = _reader.Current.Start;
            if (AnnotationParser.Parse(_reader) is not { } annotations) _reader.Recover();
            else if (_reader.IsWord("namespace")) ParseNamespace(annotations, start);
            else if (!ParseDeclaration(Outside(), annotations, start)) _reader.Recover();
        }
        return [.. _namespaces.Values];
    }

    private NamespaceDeclaration Outside()
    {
        if (_namespaces.TryGetValue("", out var outside)) return outside;
        return _namespaces[""] = new NamespaceDeclaration("", Annotations.None, new SourceSpan(0, 0));
    }

    private void ParseNamespace(IReadOnlyDictionary<string, string> annotations, int start)
    {
        _reader.Take();
        var at = _reader.Current.Start;
        if (NameParser.ParseTypeName(_reader) is not { } name || !_reader.Expect(TokenKind.OpenBrace, "`{`"))
        {
            _reader.Recover();
            return;
        }
        var span = SourceSpan.Between(start, _reader.LastEnd);
        var space = new NamespaceDeclaration(name, annotations, span);
        if (!_namespaces.TryAdd(name, space))
            _reader.Fail(SourceSpan.Between(at, _reader.LastEnd), $"The namespace {name} is there twice.", "Put all its declarations into one block.");
        while (!_reader.TryTake(TokenKind.CloseBrace))
        {
            if (_reader.Is(TokenKind.End))
            {
                _reader.FailAtCurrent("`}`", $"The namespace {name} is not closed.");
                return;
            }
            if (_reader.Errors.Count >= _reader.Options.MaxErrors) return;
            var begin = _reader.Current.Start;
            if (AnnotationParser.Parse(_reader) is not { } inner || !ParseDeclaration(space, inner, begin)) _reader.Recover();
        }
    }

    private bool ParseDeclaration(NamespaceDeclaration space, IReadOnlyDictionary<string, string> annotations, int start)
    {
        if (_reader.IsWord("entity")) return ParseEntities(space, annotations, start);
        if (_reader.IsWord("action")) return _actions.Parse(space, annotations, start);
        if (_reader.IsWord("type")) return ParseCommonType(space, annotations, start);
        var hint = Suggestion.For(_reader.TextOf(_reader.Current).ToString(), Beginnings);
        _reader.FailAtCurrent(space.Name.Length == 0 ? "`namespace`, `entity`, `action` or `type`" : "`entity`, `action`, `type` or `}`", hint);
        return false;
    }

    private bool ParseCommonType(NamespaceDeclaration space, IReadOnlyDictionary<string, string> annotations, int start)
    {
        _reader.Take();
        if (!_reader.ExpectIdentifier("the name of a type", out var name)) return false;
        if (!_reader.Expect(TokenKind.Assign, "`=`") || _types.Parse() is not { } type || !ExpectEnd()) return false;
        space.CommonTypes.Add(new TypeDeclaration(name, type, annotations, SourceSpan.Between(start, _reader.LastEnd)));
        return true;
    }

    private bool ParseEntities(NamespaceDeclaration space, IReadOnlyDictionary<string, string> annotations, int start)
    {
        _reader.Take();
        if (ParseNames() is not { } names) return false;
        var form = new EntityDeclaration("", annotations, default);
        if (_reader.TryTakeWord("enum"))
        {
            if (ParseChoices() is not { } choices || !ExpectEnd()) return false;
            form = form with { Choices = choices };
        }
        else
        {
            if (_reader.TryTakeWord("in"))
            {
                if (_types.ParseNameOrNames("an entity type") is not { } parents) return false;
                form = form with { Parents = parents };
            }
            if (_reader.TryTake(TokenKind.Assign) || _reader.Is(TokenKind.OpenBrace))
            {
                if (_types.ParseRecord() is not { } shape) return false;
                form = form with { Shape = shape };
            }
            if (_reader.TryTakeWord("tags"))
            {
                if (_types.Parse() is not { } tags) return false;
                form = form with { Tags = tags };
            }
            if (!_reader.Expect(TokenKind.Semicolon, "`in`, `{`, `tags`, `enum` or `;`")) return false;
        }
        var span = SourceSpan.Between(start, _reader.LastEnd);
        space.Entities.AddRange(names.Select(name => form with { Name = name, Span = span }));
        return true;
    }

    private bool ExpectEnd() => _reader.Expect(TokenKind.Semicolon, "`;`", "Every declaration ends with a semicolon.");

    private List<string>? ParseNames()
    {
        var names = new List<string>();
        do
        {
            if (!_reader.ExpectIdentifier("the name of an entity type", out var name)) return null;
            names.Add(name);
        }
        while (_reader.TryTake(TokenKind.Comma));
        return names;
    }

    private List<string>? ParseChoices()
    {
        if (!_reader.Expect(TokenKind.OpenBracket, "`[`")) return null;
        var choices = new List<string>();
        do
        {
            if (!_reader.Is(TokenKind.String))
            {
                _reader.FailAtCurrent("an id in quotation marks", "The ids of an enumeration are written as [\"a\", \"b\"]; there is at least one.");
                return null;
            }
            if (_reader.TakeString() is not { } choice) return null;
            choices.Add(choice);
        }
        while (_reader.TryTake(TokenKind.Comma));
        return _reader.Expect(TokenKind.CloseBracket, "`,` or `]`") ? choices : null;
    }
}
