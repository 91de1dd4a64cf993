using System.Collections.Immutable;

namespace Doorward.Cedar.Schemas;

/// <summary>A type of the Cedar language, as a schema declares it or the validator infers it. Types are immutable and equal by content.</summary>
public abstract record CedarType
{
    private protected CedarType()
    {
    }

    /// <summary>The number of nodes of the type written out as a tree: types share parts, so the tree may be far larger than what is stored.</summary>
    internal virtual long Size => 1;

    /// <summary>The number of nodes on the longest way down.</summary>
    internal virtual int Height => 1;

    /// <summary>Schema syntax where there is any.</summary>
    public sealed override string ToString() => Write();

    private protected abstract string Write();
}

/// <summary>The type without values: the element of a set written without elements.</summary>
public sealed record NeverType : CedarType
{
    internal static NeverType Only { get; } = new();

    private protected override string Write() => "Never";
}

/// <summary>A boolean, or one whose value is known from the types alone.</summary>
/// <param name="Known">The value, when it is always the same.</param>
public sealed record BooleanType(bool? Known = null) : CedarType
{
    internal static BooleanType Any { get; } = new();

    internal static BooleanType True { get; } = new(true);

    internal static BooleanType False { get; } = new(false);

    internal static BooleanType Always(bool value) => value ? True : False;

    private protected override string Write() => Known switch { true => "true", false => "false", null => "Bool" };
}

/// <summary>A 64-bit integer.</summary>
public sealed record LongType : CedarType
{
    internal static LongType Only { get; } = new();

    private protected override string Write() => "Long";
}

/// <summary>A text.</summary>
public sealed record StringType : CedarType
{
    internal static StringType Only { get; } = new();

    private protected override string Write() => "String";
}

/// <summary>A value of an extension: <c>decimal</c>, <c>ipaddr</c>, <c>datetime</c> or <c>duration</c>.</summary>
/// <param name="Name">Which.</param>
public sealed record ExtensionType(string Name) : CedarType
{
    private protected override string Write() => Name;
}

/// <summary>A set whose elements are of one type.</summary>
/// <param name="Element">The type of the elements.</param>
public sealed record SetType(CedarType Element) : CedarType
{
    internal override long Size { get; } = Element.Size + 1;

    internal override int Height { get; } = Element.Height + 1;

    private protected override string Write() => $"Set<{Element}>";
}

/// <summary>An entity of any type.</summary>
public sealed record AnyEntityType : CedarType
{
    internal static AnyEntityType Only { get; } = new();

    private protected override string Write() => "entity";
}

/// <summary>An entity of one of some types; in strict validation always of exactly one.</summary>
public sealed record EntityType : CedarType
{
    /// <summary>An entity of that type.</summary>
    public EntityType(string name)
        : this(ImmutableSortedSet.Create(StringComparer.Ordinal, name))
    {
    }

    internal EntityType(ImmutableSortedSet<string> names) => Names = names;

    /// <summary>The full names of the types.</summary>
    public ImmutableSortedSet<string> Names { get; }

    /// <inheritdoc/>
    public bool Equals(EntityType? other) => other is not null && Names.SetEquals(other.Names);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Names[0], StringComparison.Ordinal);

    private protected override string Write() => string.Join(" or ", Names);
}
