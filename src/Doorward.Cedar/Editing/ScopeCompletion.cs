using Doorward.Cedar.Lexing;
using Doorward.Cedar.Schemas;

namespace Doorward.Cedar.Editing;

/// <summary>What may stand between the parentheses of a scope.</summary>
internal sealed class ScopeCompletion(Schema schema)
{
    private static readonly string[] Variables = ["principal", "action", "resource"];

    private readonly EntityCompletion _entities = new(schema);

    public IEnumerable<Completion> At(CursorText cursor)
    {
        var last = cursor.Count - 1;
        var (part, isList) = Place(cursor);
        if (part < 0 || part >= Variables.Length) return [];
        if (isList) return cursor.Kind(last) is TokenKind.OpenBracket or TokenKind.Comma ? _entities.Actions(withGroups: true) : [];
        if (cursor.Kind(last) is TokenKind.OpenParenthesis or TokenKind.Comma) return Words.Of(CompletionKind.Variable, Variables[part]);
        if (cursor.Text(last) is "is") return TypesOf(part);
        if (cursor.Kind(last) == TokenKind.Equal) return part == 1 ? _entities.Actions(withGroups: false) : TypesOf(part).Select(AsLiteral);
        if (cursor.Text(last) is "in") return part == 1 ? _entities.Actions(withGroups: true) : Ancestors(part).Select(AsLiteral);
        if (cursor.Text(last).SequenceEqual(Variables[part])) return part == 1 ? Words.ScopeOperators.Where(word => word.Text != "is") : Words.ScopeOperators;
        // Behind the type of `is` comes `in`, and nothing else may follow.
        return cursor.Kind(last) == TokenKind.Identifier ? Words.Of(CompletionKind.Operator, "in") : [];
    }

    /// <summary>Which of the three parts the cursor is in, and whether within the list of actions.</summary>
    private static (int Part, bool IsList) Place(CursorText cursor)
    {
        var (part, brackets) = (-1, 0);
        for (var i = cursor.EffectIndex + 1; i < cursor.Count; i++)
        {
            switch (cursor.Kind(i))
            {
                case TokenKind.OpenParenthesis when part < 0: part = 0; break;
                case TokenKind.OpenBracket: brackets++; break;
                case TokenKind.CloseBracket: brackets--; break;
                case TokenKind.Comma when brackets == 0: part++; break;
            }
        }
        return (part, brackets > 0);
    }

    private IEnumerable<Completion> TypesOf(int part) => Used(part).Select(name => new Completion(name, CompletionKind.EntityType));

    private IEnumerable<Completion> Ancestors(int part) => Used(part).ToList() is var used
        ? used.SelectMany(type => schema.EntityTypes[type].Ancestors).Order(StringComparer.Ordinal).Concat(used).Distinct().Select(name => new Completion(name, CompletionKind.EntityType))
        : [];

    private IEnumerable<string> Used(int part) => schema.Actions.Values
        .SelectMany(action => part == 0 ? action.PrincipalTypes : action.ResourceTypes)
        .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static Completion AsLiteral(Completion type) => type with { Text = type.Text + "::" };
}
