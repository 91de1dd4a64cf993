using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Doorward.Cedar;

/// <summary>A set of values: order and repetition do not matter.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "All cases of CedarValue end in Value.")]
public sealed record SetValue : CedarValue, IReadOnlyCollection<CedarValue>
{
    // Below this many elements a scan beats hashing them.
    private const int IndexFrom = 9;

    private readonly CedarValue[] _elements;
    private readonly HashSet<CedarValue>? _index;
    private readonly int _hash;

    private SetValue(CedarValue[] elements, HashSet<CedarValue>? index)
    {
        _elements = elements;
        _index = index;
        foreach (var element in elements) _hash ^= element.GetHashCode();
    }

    /// <summary>The set without elements.</summary>
    public static SetValue Empty { get; } = new([], null);

    /// <inheritdoc/>
    public override string TypeName => "set";

    /// <summary>How many different elements there are.</summary>
    public int Count => _elements.Length;

    internal ReadOnlySpan<CedarValue> Elements => _elements;

    /// <summary>Whether the set is large enough that its elements are found by their hash.</summary>
    internal bool IsIndexed => _index is not null;

    /// <summary>Makes a set; repeated elements count once.</summary>
    public static SetValue Create(IEnumerable<CedarValue> elements)
    {
        if (elements.TryGetNonEnumeratedCount(out var count) && count < IndexFrom) return CreateSmall([.. elements]);
        var distinct = new HashSet<CedarValue>(elements);
        if (distinct.Count == 0) return Empty;
        return new SetValue([.. distinct], distinct.Count >= IndexFrom ? distinct : null);
    }

    /// <summary>Makes a set; repeated elements count once.</summary>
    public static SetValue Create(params CedarValue[] elements) =>
        elements.Length < IndexFrom ? CreateSmall(elements) : Create((IEnumerable<CedarValue>)elements);

    /// <summary>Whether the value is an element.</summary>
    public bool Contains(CedarValue value) => _index?.Contains(value) ?? Array.IndexOf(_elements, value) >= 0;

    /// <summary>Whether every element of the other set is one of this set.</summary>
    public bool ContainsAll(SetValue other) => other.Count <= Count && Array.TrueForAll(other._elements, Contains);

    /// <summary>Whether the sets share an element.</summary>
    public bool ContainsAny(SetValue other) => other.Count <= Count
        ? Array.Exists(other._elements, Contains)
        : Array.Exists(_elements, other.Contains);

    /// <summary>Equal when both hold the same elements.</summary>
    public bool Equals(SetValue? other) =>
        ReferenceEquals(this, other) || (other is not null && _hash == other._hash && Count == other.Count && ContainsAll(other));

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_hash, Count);

    /// <inheritdoc/>
    public IEnumerator<CedarValue> GetEnumerator() => ((IEnumerable<CedarValue>)_elements).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static SetValue CreateSmall(ReadOnlySpan<CedarValue> elements)
    {
        if (elements.IsEmpty) return Empty;
        var distinct = new CedarValue[elements.Length];
        var count = 0;
        foreach (var element in elements)
            if (Array.IndexOf(distinct, element, 0, count) < 0) distinct[count++] = element;
        return new SetValue(count == distinct.Length ? distinct : distinct[..count], null);
    }
}
