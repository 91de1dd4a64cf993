using Doorward.Cedar.Lexing;

namespace Doorward.Cedar;

/// <summary>The name of an entity: its full type with namespaces, and its id, as in <c>Shop::User::"alice"</c>.</summary>
/// <param name="Type">Identifiers joined by <c>::</c>.</param>
/// <param name="Id">Any text, the empty one included.</param>
public readonly record struct EntityUid(string Type, string Id)
{
    /// <summary>Reads Cedar syntax such as <c>User::"alice"</c>.</summary>
    public static bool TryParse(string? text, out EntityUid uid)
    {
        uid = default;
        if (text is null) return false;
        var quote = text.IndexOf('"', StringComparison.Ordinal);
        if (quote < 3 || text[(quote - 2)..quote] != "::") return false;
        var type = text[..(quote - 2)];
        var lexer = new Lexer(text[quote..]);
        var token = lexer.Next();
        if (token.Kind != TokenKind.String || token.Length != text.Length - quote || !CedarText.IsTypeName(type)) return false;
        if (!Escapes.TryUnescape(text.AsSpan(quote + 1, token.Length - 2), out var id, out _)) return false;
        uid = new EntityUid(type, id);
        return true;
    }

    /// <summary>Whether a text can be an entity type: identifiers joined by <c>::</c>, none of them reserved.</summary>
    public static bool IsValidType(string? type) => type is not null && CedarText.IsTypeName(type);

    /// <summary>Cedar syntax, with everything in the id escaped that could be mistaken.</summary>
    public override string ToString() => $"{Type}::{CedarText.Quote(Id ?? "")}";
}
