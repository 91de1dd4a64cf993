using Doorward.Cedar.Lexing;
using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Parsing;

/// <summary>The head of a policy: <c>(principal .., action .., resource ..)</c>.</summary>
internal sealed class ScopeParser(TokenReader reader)
{
    private const string Shape = "A scope is (principal, action, resource), each with its constraint.";

    private const string Elsewhere = "Further demands belong into `when { .. }` behind the scope.";

    private const string Close = "Close the scope with `)`.";

    /// <summary>Where the constraints of the scope read last stand.</summary>
    public ScopeSpans Spans { get; private set; }

    public Scope? Parse()
    {
        if (!reader.Expect(TokenKind.OpenParenthesis, "`(`", Shape)) return null;
        var start = reader.Current.Start;
        if (ParseEntity("principal", Slot.Principal) is not { } principal) return null;
        var principalSpan = SourceSpan.Between(start, reader.LastEnd);
        if (!ExpectComma()) return null;
        start = reader.Current.Start;
        if (ParseAction() is not { } action) return null;
        var actionSpan = SourceSpan.Between(start, reader.LastEnd);
        if (!ExpectComma()) return null;
        start = reader.Current.Start;
        if (ParseEntity("resource", Slot.Resource) is not { } resource) return null;
        Spans = new ScopeSpans(principalSpan, actionSpan, SourceSpan.Between(start, reader.LastEnd));
        reader.TryTake(TokenKind.Comma);
        return reader.Expect(TokenKind.CloseParenthesis, "`)`", Hint())
            ? new Scope(principal, action, resource)
            : null;
    }

    private bool ExpectComma() => reader.Expect(TokenKind.Comma, "`,`", Hint());

    private bool ExpectVariable(string name)
    {
        if (reader.TryTakeWord(name)) return true;
        reader.FailAtCurrent($"`{name}`", Shape);
        return false;
    }

    private EntityConstraint? ParseEntity(string variable, Slot slot)
    {
        if (!ExpectVariable(variable)) return null;
        if (reader.TryTakeWord("is"))
        {
            if (NameParser.ParseTypeName(reader) is not { } type) return null;
            if (!reader.TryTakeWord("in")) return new EntityConstraint.Is(type);
            return ParseReference(slot) is { } ancestor ? new EntityConstraint.IsIn(type, ancestor) : null;
        }
        if (reader.TryTake(TokenKind.Equal)) return ParseReference(slot) is { } entity ? new EntityConstraint.Equal(entity) : null;
        if (reader.TryTakeWord("in")) return ParseReference(slot) is { } parent ? new EntityConstraint.In(parent) : null;
        return IsEndOfConstraint("==, `in` or `is`") ? new EntityConstraint.Any() : null;
    }

    private EntityReference? ParseReference(Slot slot)
    {
        if (!reader.Is(TokenKind.Slot)) return NameParser.ParseEntity(reader) is { } uid ? new EntityReference.Literal(uid) : null;
        var expected = new EntityReference.Placeholder(slot);
        if (reader.TextOf(reader.Current).SequenceEqual(expected.ToString()))
        {
            reader.Take();
            return expected;
        }
        reader.FailAtCurrent($"`{expected}`", "The slots are ?principal and ?resource, each in its own place.");
        return null;
    }

    private ActionConstraint? ParseAction()
    {
        if (!ExpectVariable("action")) return null;
        if (reader.TryTake(TokenKind.Equal)) return ParseActionEntity() is { } action ? new ActionConstraint.Equal(action) : null;
        if (reader.TryTakeWord("in"))
        {
            if (reader.TryTake(TokenKind.OpenBracket)) return ParseActions() is { } actions ? new ActionConstraint.InAny(actions) : null;
            return ParseActionEntity() is { } group ? new ActionConstraint.In(group) : null;
        }
        return IsEndOfConstraint("== or `in`") ? new ActionConstraint.Any() : null;
    }

    private List<EntityUid>? ParseActions()
    {
        var actions = new List<EntityUid>();
        while (!reader.TryTake(TokenKind.CloseBracket))
        {
            if (ParseActionEntity() is not { } action) return null;
            actions.Add(action);
            if (!reader.TryTake(TokenKind.Comma) && !reader.Is(TokenKind.CloseBracket))
            {
                reader.FailAtCurrent("`,` or `]`");
                return null;
            }
        }
        return actions;
    }

    private EntityUid? ParseActionEntity()
    {
        var start = reader.Current.Start;
        if (NameParser.ParseEntity(reader) is not { } uid) return null;
        if (uid.Type == "Action" || uid.Type.EndsWith("::Action", StringComparison.Ordinal)) return uid;
        var span = SourceSpan.Between(start, reader.LastEnd);
        reader.Fail(span, $"An action has the type Action, not {uid.Type}.", "Write Action::\"read\", or Name::Action::\"read\".");
        return null;
    }

    private bool IsEndOfConstraint(string operators)
    {
        if (reader.Is(TokenKind.Comma) || reader.Is(TokenKind.CloseParenthesis)) return true;
        reader.FailAtCurrent($"{operators}, `,` or `)`", Hint());
        return false;
    }

    // What stands in the place of the next part of a scope tells what was meant.
    private string Hint() => reader.Current.Kind switch
    {
        TokenKind.Assign => "Equality is written as ==.",
        TokenKind.Semicolon or TokenKind.End => Close,
        TokenKind.Identifier when reader.IsWord("when") || reader.IsWord("unless") => Close,
        TokenKind.Identifier when reader.IsWord("has") || reader.IsWord("like") => Elsewhere,
        TokenKind.Identifier => Suggestion.For(reader.TextOf(reader.Current).ToString(), ["in", "is"], distance: 1) ?? Shape,
        TokenKind.And or TokenKind.Or or TokenKind.Dot or TokenKind.NotEqual or TokenKind.Less or TokenKind.LessOrEqual
            or TokenKind.Greater or TokenKind.GreaterOrEqual or TokenKind.OpenBracket or TokenKind.Equal => Elsewhere,
        _ => Shape,
    };
}
