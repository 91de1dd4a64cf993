using System.Collections.Concurrent;
using Doorward.Core.Protocol;
using Google.Protobuf.WellKnownTypes;

namespace Doorward.Testing.ControlPlane;

/// <summary>The installation's state and its change log, kept as a control plane keeps them: what follows, and a snapshot of all.</summary>
internal sealed class TestLog(string domain, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private readonly List<Change> _changes = [];
    private readonly ConcurrentDictionary<Action<Change>, byte> _followers = new();
    private readonly Dictionary<string, PolicyState> _policies = [];
    private readonly Dictionary<string, ApplicationState> _applications = [];
    private readonly Dictionary<string, GroupState> _groups = [];
    private readonly Dictionary<string, NetworkState> _networks = [];
    private readonly Dictionary<string, DeviceState> _devices = [];
    private readonly Dictionary<string, ConnectorState> _connectors = [];
    private readonly Dictionary<string, SessionState> _sessions = [];
    private readonly Dictionary<string, SubjectState> _subjects = [];
    private readonly List<CookieKey> _cookieKeys = [];
    private long _forgotten;

    public string Epoch { get; set; } = "epoch-1";

    public Settings Settings { get; } = new()
    {
        Domain = domain,
        PublicPort = 8443,
        IdleTimeout = Duration.FromTimeSpan(TimeSpan.FromHours(12)),
        AbsoluteTimeout = Duration.FromTimeSpan(TimeSpan.FromDays(7)),
        Lease = Duration.FromTimeSpan(TimeSpan.FromSeconds(60)),
        StrictLease = Duration.FromTimeSpan(TimeSpan.FromSeconds(5)),
    };

    public ConcurrentDictionary<string, (string Session, string Host)> Handles { get; } = new();

    public ConcurrentDictionary<string, (string Session, string Token, string[] Applications)> Tokens { get; } = new();

    public long Head
    {
        get
        {
            lock (_gate)
                return _changes.Count;
        }
    }

    public CookieKey CookieKey
    {
        get
        {
            lock (_gate)
                return _cookieKeys[0];
        }
    }

    /// <summary>Commits one transaction; returns its revision. Whoever follows has been handed it when this returns.</summary>
    public long Commit(params Change[] transaction)
    {
        lock (_gate)
        {
            foreach (var change in transaction)
            {
                change.Revision = _changes.Count + 1;
                change.At = clock.GetUtcNow().ToTimestamp();
                change.Last = ReferenceEquals(change, transaction[^1]);
                _changes.Add(change);
                Keep(change);
            }

            foreach (var follower in _followers.Keys)
            {
                foreach (var change in transaction)
                    follower(change);
            }

            return _changes.Count;
        }
    }

    /// <summary>Retention has taken everything so far: whoever has less is sent a snapshot.</summary>
    public void Forget()
    {
        lock (_gate)
            _forgotten = _changes.Count;
    }

    /// <summary>Hands over everything after a revision, or a snapshot when the revision is not of this log, and follows from there.</summary>
    public void Follow(string epoch, long revision, Action<Snapshot> snapshot, Action<Change> follower)
    {
        lock (_gate)
        {
            if (epoch != Epoch || revision == 0 || revision < _forgotten || revision > _changes.Count)
                snapshot(Snapshot());
            else
                _changes.Skip((int)revision).ToList().ForEach(follower);
            _followers[follower] = 0;
        }
    }

    public void Unfollow(Action<Change> follower) => _followers.TryRemove(follower, out _);

    /// <summary>Runs under the log's lock, so that a revision named inside is the head.</summary>
    public T At<T>(Func<long, T> read)
    {
        lock (_gate)
            return read(_changes.Count);
    }

    /// <summary>A session and its subject, if both are good now.</summary>
    public (SessionState Session, SubjectState Subject)? Find(string session)
    {
        lock (_gate)
        {
            return _sessions.TryGetValue(session, out var found) && _subjects[found.SubjectId] is { Disabled: false } subject
                && found.Expires.ToDateTimeOffset() > clock.GetUtcNow()
                ? (found, subject)
                : null;
        }
    }

    private Snapshot Snapshot() => new()
    {
        Epoch = Epoch,
        Revision = _changes.Count,
        Settings = Settings,
        Policies = { _policies.Values },
        PolicyRevision = _changes.Count,
        Applications = { _applications.Values },
        Groups = { _groups.Values },
        Networks = { _networks.Values },
        CookieKeys = { _cookieKeys },
        Devices = { _devices.Values },
        Connectors = { _connectors.Values },
    };

    private void Keep(Change change)
    {
        switch (change.KindCase)
        {
            case Change.KindOneofCase.Session:
                _sessions[change.Session.Id] = change.Session;
                break;
            case Change.KindOneofCase.SessionEnded:
                _sessions.Remove(change.SessionEnded.SessionId);
                break;
            case Change.KindOneofCase.TokenEnded:
                _sessions.Remove(change.TokenEnded.SessionId);
                break;
            case Change.KindOneofCase.Subject:
                _subjects[change.Subject.Id] = change.Subject;
                break;
            case Change.KindOneofCase.Group:
                _groups[change.Group.Name] = change.Group;
                break;
            case Change.KindOneofCase.GroupRemoved:
                _groups.Remove(change.GroupRemoved.Name);
                break;
            case Change.KindOneofCase.Application:
                _applications[change.Application.Name] = change.Application;
                break;
            case Change.KindOneofCase.ApplicationRemoved:
                _applications.Remove(change.ApplicationRemoved.Name);
                break;
            case Change.KindOneofCase.Network:
                _networks[change.Network.Name] = change.Network;
                break;
            case Change.KindOneofCase.NetworkRemoved:
                _networks.Remove(change.NetworkRemoved.Name);
                break;
            case Change.KindOneofCase.Device when change.Device.Standing == "retired":
                _devices.Remove(change.Device.Id);
                break;
            case Change.KindOneofCase.Device:
                _devices[change.Device.Id] = change.Device;
                break;
            case Change.KindOneofCase.Connector:
                _connectors[change.Connector.Name] = change.Connector;
                break;
            case Change.KindOneofCase.ConnectorRemoved:
                _connectors.Remove(change.ConnectorRemoved.Name);
                break;
            case Change.KindOneofCase.Policies:
                foreach (var policy in change.Policies.Put)
                    _policies[policy.Name] = policy;
                foreach (var name in change.Policies.Removed)
                    _policies.Remove(name);
                break;
            case Change.KindOneofCase.CookieKeys:
                _cookieKeys.Clear();
                _cookieKeys.AddRange(change.CookieKeys.Keys);
                break;
        }
    }
}
