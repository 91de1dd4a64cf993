using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Parsing;

/// <summary>Calls of functions and methods, which are all known by name.</summary>
internal sealed class CallParser(TokenReader reader, ExpressionParser expressions)
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

    /// <summary>With the reader on the parenthesis behind the name.</summary>
    public ExtensionCallExpression? ParseFunction(string name, int start)
    {
        if (ExtensionFunctions.Find(name) is { IsMethod: false })
            return ParseArguments() is { } arguments ? new ExtensionCallExpression(name, arguments) { Span = From(start) } : null;
        var hint = AllMethods.Contains(name, StringComparer.Ordinal)
            ? $"It is a method; write value.{name}(..)."
            : Suggestion.For(name, ExtensionFunctions.FunctionNames) ?? "The functions are decimal, ip, datetime and duration.";
        reader.Fail(From(start), $"There is no function `{name}`.", hint);
        return null;
    }

    /// <summary>With the reader on the parenthesis behind the name.</summary>
    public Expression? ParseMethod(Expression target, string name, Token at, int start)
    {
        if (ParseArguments() is not { } arguments) return null;
        if (BinaryMethods.TryGetValue(name, out var operation))
        {
            if (!TakesArguments(name, 1, arguments, at)) return null;
            return new BinaryExpression(operation, target, arguments[0]) { Span = From(start) };
        }
        if (name == "isEmpty")
            return TakesArguments(name, 0, arguments, at) ? new IsEmptyExpression(target) { Span = From(start) } : null;
        // The number of arguments of an extension method is looked at in evaluation, as the reference does.
        var extension = ExtensionFunctions.Find(name);
        if (extension is { IsMethod: true }) return new ExtensionCallExpression(name, [target, .. arguments]) { Span = From(start) };
        var hint = extension is null ? Suggestion.For(name, AllMethods) : $"It is a function; write {name}(..).";
        reader.Fail(at.Span, $"There is no method `{name}`.", hint);
        return null;
    }

    private List<Expression>? ParseArguments()
    {
        reader.Take();
        return expressions.ParseList(TokenKind.CloseParenthesis, "`)`");
    }

    private bool TakesArguments(string name, int count, List<Expression> arguments, Token at)
    {
        if (arguments.Count == count) return true;
        reader.Fail(at.Span, $".{name}(..) takes {(count == 0 ? "no argument" : "one argument")}, not {arguments.Count}.");
        return false;
    }

    private SourceSpan From(int start) => SourceSpan.Between(start, reader.LastEnd);
}
