using System.Collections.Concurrent;
using Doorward.Gateway.Feed;

namespace Doorward.Gateway.Grants;

/// <summary>
/// All grants, and the index from session, person and application to them. A request on a grant that exists touches
/// no lock but the grant's; opening and closing, which are rare, share one.
/// </summary>
internal sealed class GrantTable
{
    private readonly ConcurrentDictionary<GrantKey, Grant> _grants = new();
    private readonly Lock _gate = new();
    private readonly ConcurrentQueue<Grant> _closed = new();
    private readonly Dictionary<string, HashSet<Grant>> _ofSession = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<Grant>> _ofSubject = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<Grant>> _ofApplication = new(StringComparer.Ordinal);

    public IEnumerable<Grant> All => _grants.Values;

    public int Count => _grants.Count;

    /// <summary>The open grant of this key, while it stands on the same session object: an evicted session's grant follows nothing.</summary>
    public Grant? Find(GrantKey key, LiveSession? session) =>
        _grants.TryGetValue(key, out var grant) && ReferenceEquals(grant.Session, session) ? grant : null;

    /// <summary>Adds a grant unless there is one; the winner is returned. It holds its session until it is closed.</summary>
    public Grant Add(Grant grant)
    {
        lock (_gate)
        {
            if (Find(grant.Key, grant.Session) is { } other)
                return other;
            if (_grants.TryGetValue(grant.Key, out var stale))
                Close(stale, unusedSince: null);
            if (grant.Session is { } session && !session.TryHold())
                throw new InvalidOperationException("a grant was opened on a session that nobody holds");
            Index(grant, static (set, grant) => set.Add(grant));
            _grants[grant.Key] = grant;
            return grant;
        }
    }

    /// <summary>Closes a grant; with a moment given, only if it has been unused since.</summary>
    public bool TryClose(Grant grant, DateTimeOffset? unusedSince)
    {
        lock (_gate)
            return Close(grant, unusedSince);
    }

    /// <summary>Grants closed since the last call, whose last requests are yet to be counted.</summary>
    public IEnumerable<Grant> DrainClosed()
    {
        while (_closed.TryDequeue(out var grant))
            yield return grant;
    }

    /// <summary>The grants that a change can concern.</summary>
    public IReadOnlyCollection<Grant> Affected(Impact impact)
    {
        if (impact.Everything)
            return [.. _grants.Values];
        var affected = new HashSet<Grant>();
        lock (_gate)
        {
            Collect(_ofSession, impact.Sessions, affected);
            Collect(_ofSubject, impact.Subjects, affected);
            Collect(_ofApplication, impact.Applications, affected);
        }

        return affected;
    }

    private bool Close(Grant grant, DateTimeOffset? unusedSince)
    {
        if (!grant.TryClose(unusedSince))
            return false;
        _grants.TryRemove(KeyValuePair.Create(grant.Key, grant));
        Index(grant, static (set, grant) => set.Remove(grant));
        grant.Session?.Release();
        _closed.Enqueue(grant);
        return true;
    }

    private void Index(Grant grant, Action<HashSet<Grant>, Grant> change)
    {
        Index(_ofApplication, grant.Application, grant, change);
        if (grant.Session is not { } session)
            return;
        Index(_ofSession, session.Id, grant, change);
        Index(_ofSubject, grant.SubjectName, grant, change);
    }

    private static void Index(
        Dictionary<string, HashSet<Grant>> index, string key, Grant grant, Action<HashSet<Grant>, Grant> change)
    {
        if (!index.TryGetValue(key, out var set))
            index[key] = set = new HashSet<Grant>(1);
        change(set, grant);
        if (set.Count == 0)
            index.Remove(key);
    }

    private static void Collect(Dictionary<string, HashSet<Grant>> index, HashSet<string> keys, HashSet<Grant> affected)
    {
        foreach (var key in keys)
        {
            if (index.TryGetValue(key, out var grants))
                affected.UnionWith(grants);
        }
    }
}
