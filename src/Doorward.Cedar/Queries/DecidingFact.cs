using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Queries;

/// <summary>Something that a decision rests on.</summary>
public abstract record DecidingFact
{
    private DecidingFact()
    {
    }

    /// <summary>An attribute, or something inside it.</summary>
    /// <param name="Of">The entity that has it; null for the context.</param>
    /// <param name="Path">The names on the way to it; none for the context as a whole.</param>
    public sealed record Value(EntityUid? Of, IReadOnlyList<string> Path) : DecidingFact
    {
        /// <inheritdoc/>
        public bool Equals(Value? other) => other is not null && Of == other.Of && Path.SequenceEqual(other.Path, StringComparer.Ordinal);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Of, Path.Count, Path.Count > 0 ? Path[^1] : "");

        /// <summary>As policies write it.</summary>
        public override string ToString() => Path.Aggregate(
            Of?.ToString() ?? "context", (text, name) => CedarText.IsIdentifier(name) ? $"{text}.{name}" : $"{text}[{CedarText.Quote(name)}]");
    }

    /// <summary>A tag of an entity.</summary>
    /// <param name="Of">The entity.</param>
    /// <param name="Name">The name of the tag.</param>
    public sealed record Tag(EntityUid Of, string Name) : DecidingFact
    {
        /// <summary>As policies write it.</summary>
        public override string ToString() => $"{Of}.getTag({CedarText.Quote(Name)})";
    }

    /// <summary>Whether an entity lies below another.</summary>
    /// <param name="Of">The lower one.</param>
    /// <param name="Other">The one that it may lie below.</param>
    public sealed record Membership(EntityUid Of, EntityUid Other) : DecidingFact
    {
        /// <summary>As policies write it.</summary>
        public override string ToString() => $"{Of} in {Other}";
    }
}
