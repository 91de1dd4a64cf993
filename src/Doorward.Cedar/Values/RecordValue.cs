using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Doorward.Cedar;

/// <summary>Named values: a context, the attributes of an entity, or a record inside them.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "All cases of CedarValue end in Value.")]
public sealed record RecordValue : CedarValue, IReadOnlyCollection<KeyValuePair<string, CedarValue>>
{
    private readonly Dictionary<string, CedarValue> _attributes;
    private readonly int _hash;

    private RecordValue(Dictionary<string, CedarValue> attributes)
    {
        _attributes = attributes;
        foreach (var (name, value) in attributes) _hash ^= HashCode.Combine(name, value);
    }

    /// <summary>The record without attributes.</summary>
    public static RecordValue Empty { get; } = new([]);

    /// <inheritdoc/>
    public override string TypeName => "record";

    /// <summary>How many attributes there are.</summary>
    public int Count => _attributes.Count;

    /// <summary>The names of all attributes.</summary>
    public IReadOnlyCollection<string> Names => _attributes.Keys;

    /// <summary>Makes a record.</summary>
    /// <exception cref="ArgumentException">A name is there twice.</exception>
    public static RecordValue Create(IEnumerable<KeyValuePair<string, CedarValue>> attributes)
    {
        var copy = new Dictionary<string, CedarValue>(StringComparer.Ordinal);
        foreach (var (name, value) in attributes)
        {
            if (!copy.TryAdd(name, value)) throw new ArgumentException($"The attribute \"{name}\" is there twice.", nameof(attributes));
        }
        return copy.Count == 0 ? Empty : new RecordValue(copy);
    }

    /// <summary>Makes a record from name and value pairs.</summary>
    /// <exception cref="ArgumentException">A name is there twice.</exception>
    public static RecordValue Create(params (string Name, CedarValue Value)[] attributes) =>
        Create(attributes.Select(pair => KeyValuePair.Create(pair.Name, pair.Value)));

    /// <summary>Whether there is an attribute of that name.</summary>
    public bool Contains(string name) => _attributes.ContainsKey(name);

    /// <summary>Finds an attribute by name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out CedarValue? value) => _attributes.TryGetValue(name, out value);

    /// <summary>A record with one attribute added or replaced.</summary>
    public RecordValue With(string name, CedarValue value) =>
        new(new Dictionary<string, CedarValue>(_attributes, StringComparer.Ordinal) { [name] = value });

    /// <summary>A record without an attribute of that name.</summary>
    public RecordValue Without(string name)
    {
        if (!_attributes.ContainsKey(name)) return this;
        var copy = new Dictionary<string, CedarValue>(_attributes, StringComparer.Ordinal);
        copy.Remove(name);
        return new RecordValue(copy);
    }

    /// <summary>Equal when both have the same names with equal values.</summary>
    public bool Equals(RecordValue? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || _hash != other._hash || Count != other.Count) return false;
        foreach (var (name, value) in _attributes)
            if (!other.TryGet(name, out var theirs) || !value.Equals(theirs)) return false;
        return true;
    }

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_hash, Count);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, CedarValue>> GetEnumerator() => _attributes.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
