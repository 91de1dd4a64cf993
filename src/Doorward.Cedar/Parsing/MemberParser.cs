using System.Globalization;
using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Parsing;

/// <summary>What binds tightest: literals, variables, entities, calls, sets, records, and the accesses behind them.</summary>
internal sealed class MemberParser(TokenReader reader, ExpressionParser expressions)
{
    private static readonly Dictionary<string, BinaryOperator> BinaryMethods = new(StringComparer.Ordinal)
    {
        ["contains"] = BinaryOperator.Contains,
        ["containsAll"] = BinaryOperator.ContainsAll,
        ["containsAny"] = BinaryOperator.ContainsAny,
        ["hasTag"] = BinaryOperator.HasTag,
        ["getTag"] = BinaryOperator.GetTag,
    };

    private static readonly string[] AllMethods = [.. BinaryMethods.Keys, "isEmpty", .. ExtensionFunctions.MethodNames];

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
        var span = SourceSpan.Between(start, reader.LastEnd);
        // One more than the largest long exists only with its minus.
        var limit = isNegative ? (ulong)long.MaxValue + 1 : long.MaxValue;
        if (ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var magnitude) && magnitude <= limit)
            return new LiteralExpression(new LongValue(isNegative ? unchecked(-(long)magnitude) : (long)magnitude)) { Span = span };
        reader.Fail(span, "This number does not fit into 64 bits.", $"The largest is {long.MaxValue}.");
        return null;
    }

    private Expression? ParsePrimary()
    {
        var token = reader.Current;
        switch (token.Kind)
        {
            case TokenKind.Number: return ParseNumber(token.Start, isNegative: false);
            case TokenKind.String:
                return reader.TakeString() is { } text ? new LiteralExpression(new StringValue(text)) { Span = token.Span } : null;
            case TokenKind.Identifier: return ParseNamed(token);
            case TokenKind.OpenParenthesis: return ParseParenthesized();
            case TokenKind.OpenBracket:
                reader.Take();
                return ParseList(TokenKind.CloseBracket, "`]`") is { } elements ? new SetExpression(elements) { Span = From(token.Start) } : null;
            case TokenKind.OpenBrace: return new RecordParser(reader, expressions).Parse();
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

    private Expression? ParseNamed(Token token)
    {
        if (reader.Following.Kind != TokenKind.DoubleColon)
        {
            if (reader.IsWord("true") || reader.IsWord("false"))
            {
                var value = BooleanValue.From(reader.IsWord("true"));
                reader.Take();
                return new LiteralExpression(value) { Span = token.Span };
            }
            if (VariableNamed(reader.TextOf(token)) is { } variable && reader.Following.Kind != TokenKind.OpenParenthesis)
            {
                reader.Take();
                return new VariableExpression(variable) { Span = token.Span };
            }
        }
        if (NameParser.ParsePath(reader, "the start of an expression") is not { } name) return null;
        if (reader.Is(TokenKind.DoubleColon))
            return NameParser.ParseId(reader, name) is { } uid ? new LiteralExpression(new EntityValue(uid)) { Span = From(token.Start) } : null;
        if (reader.Is(TokenKind.OpenParenthesis)) return ParseCall(name, token.Start);
        reader.Fail(From(token.Start), $"`{name}` is not a variable.",
            Suggestion.For(name, ["principal", "action", "resource", "context"]) ?? $"Did you mean the string \"{name}\", or context.{name}?");
        return null;
    }

    private static Variable? VariableNamed(ReadOnlySpan<char> name) => name switch
    {
        "principal" => Variable.Principal,
        "action" => Variable.Action,
        "resource" => Variable.Resource,
        "context" => Variable.Context,
        _ => null,
    };

    private ExtensionCallExpression? ParseCall(string name, int start)
    {
        if (ExtensionFunctions.Find(name) is not { IsMethod: false })
        {
            var hint = AllMethods.Contains(name, StringComparer.Ordinal)
                ? $"It is a method; write value.{name}(..)."
                : Suggestion.For(name, ExtensionFunctions.FunctionNames) ?? "The functions are decimal, ip, datetime and duration.";
            reader.Fail(From(start), $"There is no function `{name}`.", hint);
            return null;
        }
        reader.Take();
        return ParseList(TokenKind.CloseParenthesis, "`)`") is { } arguments ? new ExtensionCallExpression(name, arguments) { Span = From(start) } : null;
    }

    private Expression? ParseDot(Expression target, int start)
    {
        var token = reader.Current;
        if (!reader.ExpectIdentifier("an attribute", out var name)) return null;
        if (!reader.TryTake(TokenKind.OpenParenthesis)) return new AttributeExpression(target, name) { Span = From(start) };
        if (ParseList(TokenKind.CloseParenthesis, "`)`") is not { } arguments) return null;
        if (BinaryMethods.TryGetValue(name, out var operation))
            return HasArguments(name, 1, arguments, token) ? new BinaryExpression(operation, target, arguments[0]) { Span = From(start) } : null;
        if (name == "isEmpty") return HasArguments(name, 0, arguments, token) ? new IsEmptyExpression(target) { Span = From(start) } : null;
        // The number of arguments of an extension method is looked at in evaluation, as the reference does.
        if (ExtensionFunctions.Find(name) is { IsMethod: true })
            return new ExtensionCallExpression(name, [target, .. arguments]) { Span = From(start) };
        var isFunction = ExtensionFunctions.Find(name) is not null;
        reader.Fail(token.Span, $"There is no method `{name}`.", isFunction ? $"It is a function; write {name}(..)." : Suggestion.For(name, AllMethods));
        return null;
    }

    private bool HasArguments(string name, int count, List<Expression> arguments, Token at)
    {
        if (arguments.Count == count) return true;
        reader.Fail(at.Span, $".{name}(..) takes {(count == 0 ? "no argument" : "one argument")}, not {arguments.Count}.");
        return false;
    }

    private AttributeExpression? ParseIndex(Expression target, int start)
    {
        if (!reader.Is(TokenKind.String))
        {
            reader.FailAtCurrent("the name of an attribute in quotation marks", "Only a string written out can stand in [..]; sets are asked with .contains(..).");
            return null;
        }
        if (reader.TakeString() is not { } name || !reader.Expect(TokenKind.CloseBracket, "`]`")) return null;
        return new AttributeExpression(target, name) { Span = From(start) };
    }

    private List<Expression>? ParseList(TokenKind end, string closing)
    {
        var list = new List<Expression>();
        while (!reader.TryTake(end))
        {
            if (expressions.Parse() is not { } element) return null;
            list.Add(element);
            if (!reader.TryTake(TokenKind.Comma) && !reader.Is(end))
            {
                reader.FailAtCurrent($"`,` or {closing}");
                return null;
            }
        }
        return list;
    }

    private SourceSpan From(int start) => SourceSpan.Between(start, reader.LastEnd);
}
