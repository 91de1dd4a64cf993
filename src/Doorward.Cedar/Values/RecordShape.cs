namespace Doorward.Cedar;

/// <summary>
/// The names of a record, in the order in which they were given. Records of one kind share their shape, so that each holds no more
/// than its values.
/// </summary>
internal sealed class RecordShape
{
    // Up to this many names a scan beats hashing the one that is looked for.
    private const int IndexFrom = 9;

    // A shape of names that come from outside is kept only when it is small, and takes the place of another: memory stays bounded.
    private const int KeptNames = 24;
    private const int KeptNameLength = 64;
    private static readonly RecordShape?[] Kept = new RecordShape?[1024];

    private readonly Dictionary<string, int>? _index;

    private RecordShape(string[] names)
    {
        Names = names;
        if (names.Length < IndexFrom) return;
        _index = new Dictionary<string, int>(names.Length, StringComparer.Ordinal);
        for (var i = 0; i < names.Length; i++) _index.Add(names[i], i);
    }

    public string[] Names { get; }

    /// <summary>The shape with these names, which must be different from each other.</summary>
    public static RecordShape Of(ReadOnlySpan<string> names)
    {
        var hash = 17u;
        var isKept = names.Length <= KeptNames;
        foreach (var name in names)
        {
            // Quick rather than good: names that meet in one place are only not shared.
            hash = hash * 31 + (uint)name.Length;
            if (name.Length > 0) hash = (hash * 31 + name[0]) * 31 + name[^1];
            isKept &= name.Length <= KeptNameLength;
        }
        if (!isKept) return new RecordShape(names.ToArray());
        ref var kept = ref Kept[(hash ^ (hash >> 10)) % (uint)Kept.Length];
        if (kept is { } shape && names.SequenceEqual(shape.Names)) return shape;
        return kept = new RecordShape(names.ToArray());
    }

    /// <summary>Where the value of that name is; negative when there is none.</summary>
    public int PlaceOf(string name)
    {
        if (_index is not null) return _index.TryGetValue(name, out var place) ? place : -1;
        var names = Names;
        for (var i = 0; i < names.Length; i++)
            if (string.Equals(names[i], name)) return i;
        return -1;
    }
}
