using Doorward.Cedar.Lexing;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Syntax;
using Doorward.Cedar.Validation;

namespace Doorward.Cedar.Editing;

/// <summary>
/// What may stand at a place of a policy that is being written. The text need not parse; the time is linear in its length.
/// </summary>
public static class PolicyCompletion
{
    /// <summary>At most so many are proposed.</summary>
    public const int MaxItems = 200;

    // Of a very large schema some kinds of requests are enough to know what attributes there are.
    private const int MaxEnvironments = 256;

    /// <summary>What may stand at <paramref name="offset"/> (UTF-16 units) of <paramref name="text"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The offset lies outside of the text.</exception>
    public static CompletionList At(Schema schema, string text, int offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset, text.Length);
        var cursor = CursorText.Before(text, offset);
        if (cursor.IsMute) return new CompletionList(cursor.Word, []);
        var prefix = text.AsSpan(cursor.Word.Start, cursor.Word.Length).ToString();
        var items = Propose(schema, cursor)
            .Where(item => item.Text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            .DistinctBy(item => item.Text)
            .Take(MaxItems);
        return new CompletionList(cursor.Word, [.. items]);
    }

    private static IEnumerable<Completion> Propose(Schema schema, CursorText cursor)
    {
        var last = cursor.Count - 1;
        if (cursor.Kind(last) == TokenKind.At) return [];
        if (cursor.Kind(last) == TokenKind.DoubleColon) return new EntityCompletion(schema).Behind(cursor, last);
        if (cursor.EffectIndex < 0) return Words.Effects;
        if (cursor.ScopeEnd < 0) return new ScopeCompletion(schema).At(cursor);
        if (!IsInCondition(cursor)) return Words.Clauses;
        var environments = EnvironmentsOf(schema, cursor.Head!);
        var members = new MemberCompletion(schema, environments);
        if (cursor.Kind(last) == TokenKind.Dot) return members.Behind(cursor, last);
        if (cursor.Text(last) is "has") return members.Attributes(cursor, last);
        if (cursor.Text(last) is "is") return new EntityCompletion(schema).TypeNames();
        if (cursor.Text(last) is "like") return [];
        return EndsOperand(cursor, last) ? Words.Operators : [.. Words.Operands, .. new EntityCompletion(schema).TypePrefixes()];
    }

    private static bool IsInCondition(CursorText cursor)
    {
        var depth = 0;
        for (var i = cursor.ScopeEnd + 1; i < cursor.Count; i++)
        {
            if (cursor.Kind(i) == TokenKind.OpenBrace) depth++;
            else if (cursor.Kind(i) == TokenKind.CloseBrace) depth--;
        }
        return depth > 0;
    }

    private static bool EndsOperand(CursorText cursor, int index) => cursor.Kind(index) switch
    {
        TokenKind.Identifier => !CedarText.IsReserved(cursor.Text(index)) || cursor.Text(index) is "true" or "false",
        TokenKind.Number or TokenKind.String or TokenKind.Slot or TokenKind.CloseParenthesis or TokenKind.CloseBracket or TokenKind.CloseBrace => true,
        _ => false,
    };

    private static List<RequestEnvironment> EnvironmentsOf(Schema schema, string head)
    {
        // A scope that is not right yet rules nothing out.
        var scope = PolicySet.Parse(head + ";").PolicySet?.InOrder.FirstOrDefault()?.Scope ?? new Scope(new EntityConstraint.Any(), new ActionConstraint.Any(), new EntityConstraint.Any());
        return [.. new ScopeEnvironments(schema).Of(scope).Take(MaxEnvironments)];
    }
}
