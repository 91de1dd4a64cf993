namespace Doorward.Cedar.Editing;

/// <summary>The words of the language, by where they may stand.</summary>
internal static class Words
{
    public static IReadOnlyList<Completion> Effects { get; } = Of(CompletionKind.Keyword, "permit", "forbid");

    public static IReadOnlyList<Completion> Clauses { get; } = Of(CompletionKind.Keyword, "when", "unless");

    public static IReadOnlyList<Completion> Operators { get; } =
        Of(CompletionKind.Operator, "&&", "||", "==", "!=", "<", "<=", ">", ">=", "in", "has", "is", "like", "+", "-", "*", "then", "else");

    public static IReadOnlyList<Completion> Operands { get; } =
    [
        .. Of(CompletionKind.Variable, "context", "principal", "resource", "action"),
        .. Of(CompletionKind.Keyword, "true", "false", "if"),
        .. ExtensionFunctions.FunctionNames.Order(StringComparer.Ordinal).Select(name => new Completion(name + "(", CompletionKind.Function)),
    ];

    public static IReadOnlyList<Completion> ScopeOperators { get; } = Of(CompletionKind.Operator, "==", "in", "is");

    public static IReadOnlyList<Completion> Of(CompletionKind kind, params string[] words) => [.. words.Select(word => new Completion(word, kind))];
}
