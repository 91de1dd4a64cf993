using System.Collections.Concurrent;
using Doorward.Core.Protocol;
using Doorward.Core.Sessions;

namespace Doorward.Gateway.Feed;

/// <summary>
/// The sessions this gateway has met. Requests read without a lock; the gate orders the applier's changes and the
/// resolver's answers, so that an answer is never older than the changes applied when it becomes visible.
/// </summary>
internal sealed class SessionTable(int limit)
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<CredentialKey, ResolvedCredential> _credentials = new();
    private readonly Dictionary<string, Followed> _sessions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Followed> _latestOfSubject = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<Followed>> _ofDevice = new(StringComparer.Ordinal);
    private readonly SessionChanges _changes = new();

    public int Count
    {
        get
        {
            lock (_gate)
                return _sessions.Count;
        }
    }

    public ResolvedCredential? Find(CredentialKey key) => _credentials.TryGetValue(key, out var credential) ? credential : null;

    /// <summary>
    /// Makes an answer visible, with the changes that were applied after it was read. <see cref="Admission.TooOld"/>
    /// when some of those are no longer known: the caller asks again.
    /// </summary>
    public Admission Admit(CredentialKey? key, ResolveReply reply, out ResolvedCredential? credential)
    {
        credential = null;
        lock (_gate)
        {
            if (!_changes.Reaches(reply.Revision))
                return Admission.TooOld;
            var view = SessionView.Of(reply.Session, reply.Subject);
            foreach (var change in _changes.After(reply.Revision))
            {
                if (EndsCredential(change, key, reply.TokenId))
                    return Admission.Ended;
                view = Apply(view, change);
            }

            if (view.Ended is not null)
            {
                // The live session, if any, was told by the same change; it is not made live again here.
                return Admission.Ended;
            }

            var followed = Follow(view);
            if (key is not { } known)
                return Admission.Admitted;
            credential = new ResolvedCredential(known, followed.Session, reply.HandleHost, [.. reply.Applications], reply.TokenId);
            _credentials[known] = credential;
            followed.Keys.Add(known);
            return Admission.Admitted;
        }
    }

    /// <summary>Applies the session changes of one transaction and names the live sessions they touched.</summary>
    public void Apply(IReadOnlyList<Change> transaction, Impact impact)
    {
        lock (_gate)
        {
            foreach (var change in transaction.Where(SessionChanges.Concerns))
            {
                _changes.Add(change);
                Apply(change, impact);
            }

            foreach (var device in impact.Devices)
            {
                foreach (var followed in _ofDevice.GetValueOrDefault(device) ?? [])
                    impact.Sessions.Add(followed.Session.Id);
            }
        }
    }

    /// <summary>
    /// Forgets every credential and every session that nobody stands on, as after a snapshot. What remains is returned:
    /// each must be confirmed by <see cref="Confirm"/> or ended.
    /// </summary>
    public IReadOnlyList<LiveSession> Reset(long revision)
    {
        lock (_gate)
        {
            _credentials.Clear();
            _changes.Reset(revision);
            foreach (var followed in _sessions.Values.ToList())
            {
                followed.Keys.Clear();
                if (followed.Session.TryForget())
                    Forget(followed);
            }

            return [.. _sessions.Values.Select(followed => followed.Session)];
        }
    }

    /// <summary>Brings a session that outlived a snapshot up to date.</summary>
    public Admission Confirm(ResolveReply reply) => Admit(null, reply, out _);

    /// <summary>Ends a session that the control plane no longer knows.</summary>
    public void End(LiveSession session)
    {
        lock (_gate)
        {
            session.Replace(session.View.With(new SessionEnd(SessionEndCause.Unknown)));
            if (_sessions.TryGetValue(session.Id, out var followed) && ReferenceEquals(followed.Session, session))
                Forget(followed);
        }
    }

    private Followed Follow(SessionView view)
    {
        if (_sessions.TryGetValue(view.Id, out var followed))
        {
            Replace(followed, view);
            return followed;
        }

        if (_sessions.Count >= limit)
            EvictUnused();
        return Insert(new LiveSession(view));
    }

    private Followed Insert(LiveSession session)
    {
        var followed = new Followed(session);
        _sessions[session.Id] = followed;
        IndexDevice(followed, session.View.DeviceId);
        if (_latestOfSubject.TryGetValue(session.SubjectId, out var earlier))
        {
            followed.Earlier = earlier;
            earlier.Later = followed;
        }

        _latestOfSubject[session.SubjectId] = followed;
        return followed;
    }

    private void Apply(Change change, Impact impact)
    {
        switch (change.KindCase)
        {
            case Change.KindOneofCase.Session when _sessions.TryGetValue(change.Session.Id, out var followed):
                Replace(followed, Apply(followed.Session.View, change));
                impact.Sessions.Add(change.Session.Id);
                break;
            case Change.KindOneofCase.SessionEnded:
                Drop(change.SessionEnded.SessionId, change, impact);
                break;
            case Change.KindOneofCase.TokenEnded:
                Drop(change.TokenEnded.SessionId, change, impact);
                break;
            case Change.KindOneofCase.HandleEnded:
                DropHandle(CredentialKey.FromHash(change.HandleEnded.HandleHash.Span));
                break;
            case Change.KindOneofCase.Subject:
                for (var followed = _latestOfSubject.GetValueOrDefault(change.Subject.Id); followed is not null; followed = followed.Earlier)
                {
                    followed.Session.Replace(Apply(followed.Session.View, change));
                    impact.Sessions.Add(followed.Session.Id);
                }

                break;
        }
    }

    private void Drop(string id, Change change, Impact impact)
    {
        if (!_sessions.TryGetValue(id, out var followed))
            return;
        followed.Session.Replace(Apply(followed.Session.View, change));
        impact.Sessions.Add(id);
        Forget(followed);
    }

    private void Forget(Followed followed)
    {
        foreach (var key in followed.Keys)
            _credentials.TryRemove(key, out _);
        _sessions.Remove(followed.Session.Id);
        IndexDevice(followed, null);
        if (followed.Earlier is { } earlier)
            earlier.Later = followed.Later;
        if (followed.Later is { } later)
            later.Earlier = followed.Earlier;
        else if (followed.Earlier is { } latest)
            _latestOfSubject[followed.Session.SubjectId] = latest;
        else
            _latestOfSubject.Remove(followed.Session.SubjectId);
        followed.Earlier = followed.Later = null;
    }

    private void Replace(Followed followed, SessionView view)
    {
        followed.Session.Replace(view);
        IndexDevice(followed, view.DeviceId);
    }

    private void IndexDevice(Followed followed, string? device)
    {
        if (followed.Device == device)
            return;
        if (followed.Device is { } before && _ofDevice.TryGetValue(before, out var others) && others.Remove(followed) && others.Count == 0)
            _ofDevice.Remove(before);
        followed.Device = device;
        if (device is null)
            return;
        if (!_ofDevice.TryGetValue(device, out var set))
            _ofDevice[device] = set = new HashSet<Followed>(1);
        set.Add(followed);
    }

    // One door's handle: what is open behind it belongs to the session, which lives on.
    private void DropHandle(CredentialKey key)
    {
        if (_credentials.TryRemove(key, out var credential) && _sessions.TryGetValue(credential.Session.Id, out var followed))
            followed.Keys.Remove(key);
    }

    /// <summary>A tenth at once, so that a flood of sessions pays for the sort once in a while only. They resolve again when used.</summary>
    private void EvictUnused()
    {
        var left = Math.Max(1, limit / 10);
        foreach (var followed in _sessions.Values.OrderBy(followed => followed.Session.LastUse).ToList())
        {
            if (!followed.Session.TryForget())
                continue;
            Forget(followed);
            if (--left == 0)
                return;
        }
    }

    public static SessionEnd EndOf(SessionEnded ended) =>
        new(SessionEnd.CauseOf(ended.Cause), ended.Reason.Length == 0 ? null : ended.Reason) { Session = ended.SessionId };

    private static bool EndsCredential(Change change, CredentialKey? key, string tokenId) => change.KindCase switch
    {
        Change.KindOneofCase.HandleEnded => key == CredentialKey.FromHash(change.HandleEnded.HandleHash.Span),
        Change.KindOneofCase.TokenEnded => tokenId.Length > 0 && change.TokenEnded.TokenId == tokenId,
        _ => false,
    };

    private static SessionView Apply(SessionView view, Change change) => change.KindCase switch
    {
        Change.KindOneofCase.Session when change.Session.Id == view.Id => view.With(change.Session),
        Change.KindOneofCase.SessionEnded when change.SessionEnded.SessionId == view.Id => view.With(EndOf(change.SessionEnded)),
        Change.KindOneofCase.TokenEnded when change.TokenEnded.SessionId == view.Id => view.With(new SessionEnd(SessionEndCause.TokenRevoked)),
        Change.KindOneofCase.Subject when change.Subject.Id == view.Subject.Id => view.With(change.Subject),
        _ => view,
    };

    /// <summary>A session in the table, chained to the others of its subject: a set for each person would cost as much as the session.</summary>
    private sealed class Followed(LiveSession session)
    {
        public LiveSession Session => session;

        public List<CredentialKey> Keys { get; } = new(1);

        public Followed? Earlier { get; set; }

        public Followed? Later { get; set; }

        /// <summary>The device under which it is found.</summary>
        public string? Device { get; set; }
    }
}

internal enum Admission { Admitted, Ended, TooOld }
