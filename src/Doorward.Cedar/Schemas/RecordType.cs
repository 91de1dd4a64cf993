using System.Collections.Immutable;
using System.Text;
using Doorward.Cedar.Lexing;

namespace Doorward.Cedar.Schemas;

/// <summary>The type of an attribute of a record or entity.</summary>
/// <param name="Type">The type of its value.</param>
/// <param name="IsRequired">Whether it is always there.</param>
public readonly record struct AttributeType(CedarType Type, bool IsRequired);

/// <summary>A record with these attributes.</summary>
public sealed record RecordType : CedarType
{
    internal RecordType(IEnumerable<KeyValuePair<string, AttributeType>> attributes, bool isOpen = false)
    {
        Attributes = attributes.ToImmutableSortedDictionary(StringComparer.Ordinal);
        IsOpen = isOpen;
        Size = 1 + Attributes.Values.Sum(attribute => attribute.Type.Size);
        Height = 1 + Attributes.Values.Select(attribute => attribute.Type.Height).DefaultIfEmpty().Max();
    }

    /// <summary>The record without attributes.</summary>
    internal static RecordType Empty { get; } = new([]);

    /// <summary>The attributes by name.</summary>
    public ImmutableSortedDictionary<string, AttributeType> Attributes { get; }

    /// <summary>Whether further attributes may be there, as in what two different records have in common (never in strict validation).</summary>
    public bool IsOpen { get; }

    internal override long Size { get; }

    internal override int Height { get; }

    /// <inheritdoc/>
    public bool Equals(RecordType? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || IsOpen != other.IsOpen || Attributes.Count != other.Attributes.Count) return false;
        foreach (var (name, attribute) in Attributes)
            if (!other.Attributes.TryGetValue(name, out var same) || attribute != same) return false;
        return true;
    }

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var name in Attributes.Keys) hash.Add(name, StringComparer.Ordinal);
        return hash.ToHashCode();
    }

    private protected override string Write()
    {
        // Messages quote types; one that names a large record in full helps nobody.
        const int MaxNamed = 6;
        var text = new StringBuilder("{");
        foreach (var (name, attribute) in Attributes.Take(MaxNamed))
        {
            if (text.Length > 1) text.Append(", ");
            text.Append(CedarText.IsIdentifier(name) ? name : CedarText.Quote(name));
            if (!attribute.IsRequired) text.Append('?');
            text.Append(": ").Append(attribute.Type is RecordType { Attributes.Count: > 0 } ? "{..}" : attribute.Type.ToString());
        }
        if (Attributes.Count > MaxNamed || IsOpen) text.Append(text.Length > 1 ? ", .." : "..");
        return text.Append('}').ToString();
    }
}
