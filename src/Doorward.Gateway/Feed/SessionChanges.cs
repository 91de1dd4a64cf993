using Doorward.Core.Protocol;

namespace Doorward.Gateway.Feed;

/// <summary>
/// The last changes that concern sessions, so that an answer which was read before them can be brought up to date.
/// Not thread-safe: the session table's gate guards it.
/// </summary>
internal sealed class SessionChanges
{
    private const int Capacity = 4096;
    private readonly Queue<Change> _recent = new();
    private long _forgotten = long.MaxValue;

    /// <summary>Begins anew at the revision of a snapshot: nothing before it can be replayed.</summary>
    public void Reset(long revision)
    {
        _recent.Clear();
        _forgotten = revision;
    }

    public void Add(Change change)
    {
        _recent.Enqueue(change);
        if (_recent.Count > Capacity)
            _forgotten = _recent.Dequeue().Revision;
    }

    /// <summary>Whether every change after this revision is still here.</summary>
    public bool Reaches(long revision) => revision >= _forgotten;

    public IEnumerable<Change> After(long revision) => _recent.Where(change => change.Revision > revision);

    public static bool Concerns(Change change) => change.KindCase is
        Change.KindOneofCase.Session or Change.KindOneofCase.SessionEnded or Change.KindOneofCase.HandleEnded
        or Change.KindOneofCase.Subject or Change.KindOneofCase.TokenEnded;
}
