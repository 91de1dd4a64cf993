using System.Collections.Frozen;

namespace Doorward.Cedar.Residuals;

/// <summary>A record of which not everything is known: a context, or the attributes or tags of an entity.</summary>
public sealed record PartialRecord
{
    private PartialRecord(RecordValue known, FrozenSet<string> unknown, bool isOpen) => (Known, Unknown, IsOpen) = (known, unknown, isOpen);

    /// <summary>The record of which nothing is known.</summary>
    public static PartialRecord Nothing { get; } = new(RecordValue.Empty, FrozenSet<string>.Empty, isOpen: true);

    /// <summary>The attributes whose values are known.</summary>
    public RecordValue Known { get; }

    /// <summary>The attributes that may or may not be there, with any value.</summary>
    public IReadOnlySet<string> Unknown { get; }

    /// <summary>Whether every attribute that is not known may be there; else those that are neither known nor unknown are missing.</summary>
    public bool IsOpen { get; }

    internal bool IsComplete => !IsOpen && Unknown.Count == 0;

    /// <summary>A record of which all is known but these attributes; what it holds under their names does not count.</summary>
    public static PartialRecord Except(RecordValue known, params IEnumerable<string> unknown)
    {
        var names = unknown.ToFrozenSet(StringComparer.Ordinal);
        return new PartialRecord(names.Aggregate(known, (record, name) => record.Without(name)), names, isOpen: false);
    }

    /// <summary>A record of which only these attributes are known.</summary>
    public static PartialRecord Only(RecordValue known) => new(known, FrozenSet<string>.Empty, isOpen: true);

    /// <summary>A record that is known.</summary>
    public static PartialRecord FromRecordValue(RecordValue known) => new(known, FrozenSet<string>.Empty, isOpen: false);

    /// <summary>A record that is known.</summary>
    public static implicit operator PartialRecord(RecordValue known) => FromRecordValue(known);

    internal bool MayHave(string name) => IsOpen || Unknown.Contains(name);
}
