using Doorward.Cedar.Syntax;

namespace Doorward.Cedar.Editing;

/// <summary>What a completion is, for the sign in front of it.</summary>
public enum CompletionKind
{
    /// <summary>A word of the language.</summary>
    Keyword,

    /// <summary>An operator between two expressions.</summary>
    Operator,

    /// <summary><c>principal</c>, <c>action</c>, <c>resource</c> or <c>context</c>.</summary>
    Variable,

    /// <summary>An entity type of the schema.</summary>
    EntityType,

    /// <summary>An entity that the schema names: an action, or one of an enumeration.</summary>
    Entity,

    /// <summary>An attribute of a record or entity.</summary>
    Attribute,

    /// <summary>A function that is called on a value.</summary>
    Method,

    /// <summary>A function that makes a value of an extension type.</summary>
    Function,
}

/// <summary>Something that may stand at the cursor.</summary>
/// <param name="Text">What to put there.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Detail">Its type, when it has one: <c>Bool, optional</c>.</param>
public sealed record Completion(string Text, CompletionKind Kind, string? Detail = null);

/// <summary>All that may stand at the cursor.</summary>
/// <param name="Replaces">What is there already of the word, in UTF-16 units: the text of the chosen one takes its place.</param>
/// <param name="Items">Those that begin with it, in order of likelihood; at most <see cref="PolicyCompletion.MaxItems"/>.</param>
public sealed record CompletionList(SourceSpan Replaces, IReadOnlyList<Completion> Items);
