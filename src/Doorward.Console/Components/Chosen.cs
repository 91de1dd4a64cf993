namespace Doorward.Console.Components;

/// <summary>
/// Rows that somebody ticked, and rows on which something was done with what came of it. Both are kept by id, whatever the list reads
/// meanwhile, and for one filter: under another nobody would know what is meant.
/// </summary>
internal sealed class Chosen<TItem>(Func<TItem, string> key)
{
    /// <summary>As many as the API takes at once.</summary>
    public const int Most = 200;

    private readonly Dictionary<string, TItem> _ticked = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (TItem Item, RowOutcome Outcome)> _done = new(StringComparer.Ordinal);
    private string? _filter;

    public int Count => _ticked.Count;

    public int Done => _done.Count;

    public IReadOnlyList<string> Ids => [.. _ticked.Keys];

    /// <summary>Rows that stay in sight although the list no longer has them.</summary>
    public IReadOnlyList<TItem> Kept => [.. _done.Values.Select(static done => done.Item), .. _ticked.Values];

    public bool Has(TItem item) => _ticked.ContainsKey(key(item));

    public RowOutcome? OutcomeOf(TItem item) => _done.TryGetValue(key(item), out var done) ? done.Outcome : null;

    public void Tick(TItem item, bool ticked)
    {
        if (!ticked) _ticked.Remove(key(item));
        else if (_ticked.Count < Most && !_done.ContainsKey(key(item))) _ticked[key(item)] = item;
    }

    public void TickAll(IEnumerable<TItem> items, bool ticked)
    {
        foreach (var item in items) Tick(item, ticked);
    }

    public void Conclude(TItem item, RowOutcome outcome)
    {
        _ticked.Remove(key(item));
        _done[key(item)] = (item, outcome);
    }

    /// <summary>The ticked rows, to conclude them.</summary>
    public IReadOnlyList<TItem> Items => [.. _ticked.Values];

    public void Clear()
    {
        _ticked.Clear();
        _done.Clear();
    }

    /// <summary>Begins anew when the list shows something else.</summary>
    public void Under(string filter)
    {
        if (_filter is not null && _filter != filter) Clear();
        _filter = filter;
    }
}

/// <summary>What came of an act on a row, in words that stand in it.</summary>
internal sealed record RowOutcome(string Words, bool Good);
