namespace Doorward.Cedar.Json;

/// <summary>The names of an object so far. Most objects have few, for which a set would cost more than the object.</summary>
internal sealed class MemberNames
{
    private const int Few = 8;

    private readonly string?[] _few = new string?[Few];
    private HashSet<string>? _many;
    private int _count;

    /// <summary>False when the name was there before.</summary>
    public bool Add(string name)
    {
        if (_many is not null) return _many.Add(name);
        for (var i = 0; i < _count; i++)
            if (string.Equals(_few[i], name)) return false;
        if (_count < Few) _few[_count++] = name;
        else _many = new HashSet<string>(_few!, StringComparer.Ordinal) { name };
        return true;
    }
}
