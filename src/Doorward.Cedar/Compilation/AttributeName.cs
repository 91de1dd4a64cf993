namespace Doorward.Cedar.Compilation;

/// <summary>
/// An attribute as an expression names it. It remembers where the last record had it: records of one kind have it in the same place,
/// and a wrong guess costs no more than a search.
/// </summary>
internal sealed class AttributeName(string name)
{
    // Read and written by many threads; any value is a correct guess or a wrong one.
    private int _guess;

    public string Name => name;

    public CedarValue? In(RecordValue record) => In(record.Shape, record.Values);

    public CedarValue? In(EntityNode entity) => In(entity.Shape, entity.Values);

    private CedarValue? In(RecordShape shape, CedarValue[] values)
    {
        var names = shape.Names;
        var guess = _guess;
        if ((uint)guess < (uint)names.Length && string.Equals(names[guess], name)) return values[guess];
        var place = shape.PlaceOf(name);
        if (place < 0) return null;
        _guess = place;
        return values[place];
    }
}
