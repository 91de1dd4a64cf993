using System.Globalization;
using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Parsing;

/// <summary>What binds tightest: literals, variables, entities, calls, sets, records, and the accesses behind them.</summary>
internal sealed class MemberParser(TokenReader reader, ExpressionParser expressions)
{
    private readonly CallParser _calls = new(reader, expressions);
    private readonly RecordParser _records = new(reader, expressions);

    public Expression? Parse()
    {
        var start = reader.Current.Start;
        var expression = ParsePrimary();
        while (expression is not null)
        {
            if (reader.TryTake(TokenKind.Dot)) expression = ParseDot(expression, start);
            else if (reader.TryTake(TokenKind.OpenBracket)) expression = ParseIndex(expression, start);
            else break;
            // A chain of accesses nests without parentheses, so its height is watched at every link.
            if (expression is not null) expression = reader.Bounded(expression);
        }
        return expression;
    }

    public LiteralExpression? ParseNumber(int start, bool isNegative)
    {
        var digits = reader.TextOf(reader.Take());
        // One more than the largest long exists only with its minus.
        var limit = isNegative ? (ulong)long.MaxValue + 1 : long.MaxValue;
        if (ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var magnitude) && magnitude <= limit)
            return new LiteralExpression(new LongValue(isNegative ? unchecked(-(long)magnitude) : (long)magnitude)) { Span = From(start) };
        reader.Fail(From(start), "This number does not fit into 64 bits.", $"The largest is {long.MaxValue}.");
        return null;
    }

    private Expression? ParsePrimary()
    {
        var token = reader.Current;
        switch (token.Kind)
        {
            case TokenKind.Number: return ParseNumber(token.Start, isNegative: false);
            case TokenKind.String: return Literal(reader.TakeString() is { } text ? new StringValue(text) : null, token.Start);
            case TokenKind.Identifier: return ParseNamed(token);
            case TokenKind.OpenParenthesis: return ParseParenthesized();
            case TokenKind.OpenBracket: return ParseSet();
            case TokenKind.OpenBrace: return _records.Parse();
            case TokenKind.Slot:
                reader.Fail(token.Span, "Slots can stand only in the scope of a template.", "Compare with `principal` or `resource` here.");
                return null;
            default:
                reader.FailAtCurrent("an expression");
                return null;
        }
    }

    private Expression? ParseParenthesized()
    {
        reader.Take();
        return expressions.Parse() is { } inner && reader.Expect(TokenKind.CloseParenthesis, "`)`") ? inner : null;
    }

    private SetExpression? ParseSet()
    {
        var start = reader.Take().Start;
        if (expressions.ParseList(TokenKind.CloseBracket, "`]`") is not { } elements) return null;
        return new SetExpression(elements) { Span = From(start) };
    }

    private Expression? ParseNamed(Token token)
    {
        if (reader.Following.Kind is not (TokenKind.DoubleColon or TokenKind.OpenParenthesis) && KnownWord(token) is { } known)
        {
            reader.Take();
            return known with { Span = token.Span };
        }
        if (NameParser.ParsePath(reader, "the start of an expression") is not { } name) return null;
        if (reader.Is(TokenKind.DoubleColon))
            return Literal(NameParser.ParseId(reader, name) is { } uid ? new EntityValue(uid) : null, token.Start);
        if (reader.Is(TokenKind.OpenParenthesis)) return _calls.ParseFunction(name, token.Start);
        var hint = Suggestion.For(name, ["principal", "action", "resource", "context"])
            ?? $"Did you mean the string \"{name}\", or context.{name}?";
        reader.Fail(From(token.Start), $"`{name}` is not a variable.", hint);
        return null;
    }

    private Expression? KnownWord(Token token) => reader.TextOf(token) switch
    {
        "true" => new LiteralExpression(BooleanValue.True),
        "false" => new LiteralExpression(BooleanValue.False),
        "principal" => new VariableExpression(Variable.Principal),
        "action" => new VariableExpression(Variable.Action),
        "resource" => new VariableExpression(Variable.Resource),
        "context" => new VariableExpression(Variable.Context),
        _ => null,
    };

    private LiteralExpression? Literal(CedarValue? value, int start) =>
        value is null ? null : new LiteralExpression(value) { Span = From(start) };

    private Expression? ParseDot(Expression target, int start)
    {
        var token = reader.Current;
        if (!reader.ExpectIdentifier("an attribute", out var name)) return null;
        return reader.Is(TokenKind.OpenParenthesis)
            ? _calls.ParseMethod(target, name, token, start)
            : new AttributeExpression(target, name) { Span = From(start) };
    }

    private AttributeExpression? ParseIndex(Expression target, int start)
    {
        if (!reader.Is(TokenKind.String))
        {
            const string Hint = "Only a string written out can stand in [..]; sets are asked with .contains(..).";
            reader.FailAtCurrent("the name of an attribute in quotation marks", Hint);
            return null;
        }
        if (reader.TakeString() is not { } name || !reader.Expect(TokenKind.CloseBracket, "`]`")) return null;
        return new AttributeExpression(target, name) { Span = From(start) };
    }

    private SourceSpan From(int start) => SourceSpan.Between(start, reader.LastEnd);
}
