using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Doorward.Cedar;

/// <summary>Named values: a context, the attributes of an entity, or a record inside them.</summary>
[SuppressMessage("Naming", "CA1710", Justification = "All cases of CedarValue end in Value.")]
public sealed record RecordValue : CedarValue, IReadOnlyCollection<KeyValuePair<string, CedarValue>>
{
    private readonly CedarValue[] _values;

    // Worked out when first asked for; zero until then.
    private int _hash;

    internal RecordValue(RecordShape shape, CedarValue[] values) => (Shape, _values) = (shape, values);

    /// <summary>The record without attributes.</summary>
    public static RecordValue Empty { get; } = new(RecordShape.Of([]), []);

    /// <inheritdoc/>
    public override string TypeName => "record";

    /// <summary>How many attributes there are.</summary>
    public int Count => _values.Length;

    /// <summary>The names of all attributes.</summary>
    public IReadOnlyCollection<string> Names => Shape.Names.AsReadOnly();

    internal RecordShape Shape { get; }

    // Not to be changed.
    internal CedarValue[] Values => _values;

    /// <summary>Makes a record.</summary>
    /// <exception cref="ArgumentException">A name is there twice.</exception>
    public static RecordValue Create(IEnumerable<KeyValuePair<string, CedarValue>> attributes)
    {
        var pairs = attributes as List<KeyValuePair<string, CedarValue>> ?? [.. attributes];
        var names = new string[pairs.Count];
        var values = new CedarValue[names.Length];
        for (var i = 0; i < names.Length; i++) (names[i], values[i]) = pairs[i];
        return Create(names, values);
    }

    /// <summary>Makes a record from name and value pairs.</summary>
    /// <exception cref="ArgumentException">A name is there twice.</exception>
    public static RecordValue Create(params (string Name, CedarValue Value)[] attributes)
    {
        var names = new string[attributes.Length];
        var values = new CedarValue[attributes.Length];
        for (var i = 0; i < attributes.Length; i++) (names[i], values[i]) = attributes[i];
        return Create(names, values);
    }

    /// <summary>Whether there is an attribute of that name.</summary>
    public bool Contains(string name) => Shape.PlaceOf(name) >= 0;

    /// <summary>Finds an attribute by name.</summary>
    public bool TryGet(string name, [NotNullWhen(true)] out CedarValue? value)
    {
        var place = Shape.PlaceOf(name);
        value = place >= 0 ? _values[place] : null;
        return place >= 0;
    }

    /// <summary>A record with one attribute added or replaced.</summary>
    public RecordValue With(string name, CedarValue value)
    {
        var place = Shape.PlaceOf(name);
        if (place < 0) return new RecordValue(RecordShape.Of([.. Shape.Names, name]), [.. _values, value]);
        var values = (CedarValue[])_values.Clone();
        values[place] = value;
        return new RecordValue(Shape, values);
    }

    /// <summary>A record without an attribute of that name.</summary>
    public RecordValue Without(string name)
    {
        var place = Shape.PlaceOf(name);
        if (place < 0) return this;
        return new RecordValue(
            RecordShape.Of([.. Shape.Names[..place], .. Shape.Names[(place + 1)..]]), [.. _values[..place], .. _values[(place + 1)..]]);
    }

    /// <summary>Equal when both have the same names with equal values.</summary>
    public bool Equals(RecordValue? other)
    {
        if (ReferenceEquals(this, other)) return true;
        if (other is null || Count != other.Count) return false;
        if (ReferenceEquals(Shape, other.Shape)) return _values.AsSpan().SequenceEqual(other._values);
        for (var i = 0; i < _values.Length; i++)
            if (!other.TryGet(Shape.Names[i], out var theirs) || !_values[i].Equals(theirs)) return false;
        return true;
    }

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        if (_hash != 0) return _hash;
        var hash = Count + 1;
        for (var i = 0; i < _values.Length; i++) hash ^= HashCode.Combine(Shape.Names[i], _values[i]);
        return _hash = hash;
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, CedarValue>> GetEnumerator()
    {
        for (var i = 0; i < _values.Length; i++) yield return KeyValuePair.Create(Shape.Names[i], _values[i]);
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static RecordValue Create(string[] names, CedarValue[] values)
    {
        if (names.Length == 0) return Empty;
        if (FindRepeated(names) is { } name) throw new ArgumentException($"The attribute \"{name}\" is there twice.", nameof(names));
        return new RecordValue(RecordShape.Of(names), values);
    }

    private static string? FindRepeated(string[] names)
    {
        if (names.Length > 16)
        {
            var seen = new HashSet<string>(names.Length, StringComparer.Ordinal);
            return Array.Find(names, name => !seen.Add(name));
        }
        for (var i = 1; i < names.Length; i++)
            if (Array.IndexOf(names, names[i], 0, i) >= 0) return names[i];
        return null;
    }
}
