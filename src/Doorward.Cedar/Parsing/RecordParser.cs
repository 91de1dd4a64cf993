using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Parsing;

/// <summary>Record literals: <c>{name: 1, "other name": 2}</c>.</summary>
internal sealed class RecordParser(TokenReader reader, ExpressionParser expressions)
{
    public RecordExpression? Parse()
    {
        var start = reader.Take().Start;
        var attributes = new List<KeyValuePair<string, Expression>>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (!reader.TryTake(TokenKind.CloseBrace))
        {
            var at = reader.Current.Span;
            if (ParseName() is not { } name) return null;
            if (!names.Add(name))
            {
                reader.Fail(at, $"The attribute {CedarText.Quote(name)} is there twice.");
                return null;
            }
            if (!reader.Expect(TokenKind.Colon, "`:`") || expressions.Parse() is not { } value) return null;
            attributes.Add(KeyValuePair.Create(name, value));
            if (!reader.TryTake(TokenKind.Comma) && !reader.Is(TokenKind.CloseBrace))
            {
                reader.FailAtCurrent("`,` or `}`");
                return null;
            }
        }
        return new RecordExpression(attributes) { Span = SourceSpan.Between(start, reader.LastEnd) };
    }

    private string? ParseName()
    {
        if (reader.Is(TokenKind.String)) return reader.TakeString();
        return reader.ExpectIdentifier("the name of an attribute", out var name) ? name : null;
    }
}
