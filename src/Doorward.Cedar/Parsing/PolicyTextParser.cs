using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Parsing;

/// <summary>Statements: annotations, effect, scope, conditions, semicolon.</summary>
internal sealed class PolicyTextParser
{
    private readonly TokenReader _reader;
    private readonly ScopeParser _scopes;
    private readonly ExpressionParser _expressions;

    public PolicyTextParser(TokenReader reader)
    {
        _reader = reader;
        _scopes = new ScopeParser(reader);
        _expressions = new ExpressionParser(reader);
    }

    /// <summary>All statements. After an error reading goes on behind the next semicolon, so that one look shows all errors.</summary>
    public List<PolicyParts> ParseAll()
    {
        var all = new List<PolicyParts>();
        while (!_reader.Is(TokenKind.End) && _reader.Errors.Count < _reader.Options.MaxErrors)
        {
            if (ParseStatement() is { } parts) all.Add(parts);
            else _reader.Recover();
        }
        return all;
    }

    private PolicyParts? ParseStatement()
    {
        var start = _reader.Current.Start;
        if (AnnotationParser.Parse(_reader) is not { } annotations || ParseEffect() is not { } effect) return null;
        if (_scopes.Parse() is not { } scope || ParseConditions() is not { } conditions) return null;
        if (!_reader.Expect(TokenKind.Semicolon, "`when`, `unless` or `;`", "Every policy ends with a semicolon.")) return null;
        return new PolicyParts(effect, annotations, scope, conditions, _reader.Source, SourceSpan.Between(start, _reader.LastEnd)) { Spans = _scopes.Spans };
    }

    private Effect? ParseEffect()
    {
        if (_reader.TryTakeWord("permit")) return Effect.Permit;
        if (_reader.TryTakeWord("forbid")) return Effect.Forbid;
        _reader.FailAtCurrent("`permit` or `forbid`", Suggestion.For(_reader.TextOf(_reader.Current).ToString(), ["permit", "forbid"]));
        return null;
    }

    private List<Condition>? ParseConditions()
    {
        var conditions = new List<Condition>();
        while (_reader.IsWord("when") || _reader.IsWord("unless"))
        {
            var kind = _reader.IsWord("when") ? ConditionKind.When : ConditionKind.Unless;
            _reader.Take();
            if (!_reader.Expect(TokenKind.OpenBrace, "`{`")) return null;
            if (_reader.Is(TokenKind.CloseBrace))
            {
                _reader.Fail(_reader.Current.Span, "A condition cannot be empty.", "Write an expression between the braces, or drop the clause.");
                return null;
            }
            if (_expressions.Parse() is not { } body) return null;
            if (!_reader.Expect(TokenKind.CloseBrace, "an operator or `}`")) return null;
            conditions.Add(new Condition(kind, body));
        }
        return conditions;
    }
}
