using System.Collections.Immutable;
using Doorward.Core.Evaluations;
using Doorward.Core.Identifiers;
using Doorward.Gateway.Assertions;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Enforcement;
using Doorward.Gateway.Feed;

namespace Doorward.Gateway.Grants;

/// <summary>
/// An allow in use: a session at an application, and the connections that live on it. Its lock is its own, so requests
/// of different sessions never meet.
/// </summary>
internal sealed class Grant(GrantKey key, ResolvedCredential? credential, RequestFacts facts, DateTimeOffset opened, long revision)
{
    private readonly Lock _gate = new();
    private HeldConnection? _first;
    private HashSet<ClientConnection>? _clients;
    private bool _closed;
    private long _requests;
    private long _bytesIn;
    private long _bytesOut;
    private long _lastUse = opened.UtcTicks;
    private IssuedAssertion? _assertion;
    private RememberedAllow? _remembered;
    private PreparedEntities? _prepared;

    public GrantId Id { get; } = GrantId.New();

    public GrantKey Key => key;

    public string Application => key.Application;

    /// <summary>Null for the anonymous grant of a public application.</summary>
    public ResolvedCredential? Credential => credential;

    public LiveSession? Session => credential?.Session;

    public DateTimeOffset Opened => opened;

    /// <summary>The revision it was opened at.</summary>
    public long Revision => revision;

    /// <summary>What it was opened on: it is judged by them while nothing lives on it.</summary>
    public RequestFacts Facts => facts;

    /// <summary>The name it is indexed by; empty for the anonymous.</summary>
    public string SubjectName { get; } = credential?.Session.View.Subject.Name ?? "";

    public long Requests => Volatile.Read(ref _requests);

    public DateTimeOffset LastUse => new(Volatile.Read(ref _lastUse), TimeSpan.Zero);

    /// <summary>Whether the record of this grant is on disk: nothing is forwarded before.</summary>
    public Task<bool> Recorded { get; set; } = Task.FromResult(false);

    /// <summary>Requests already told in count records, and since when the others are counted. The accountant's own.</summary>
    public GrantAccount Account { get; } = new(opened);

    /// <summary>The entities of its subject and application, made once for as long as neither changes.</summary>
    public PreparedEntities Prepare(EvaluationInput input)
    {
        if (Volatile.Read(ref _prepared) is { } prepared && prepared.AreOf(input)) return prepared;
        Volatile.Write(ref _prepared, prepared = PreparedEntities.For(input));
        return prepared;
    }

    public IssuedAssertion? Assertion
    {
        get => Volatile.Read(ref _assertion);
        set => Volatile.Write(ref _assertion, value);
    }

    /// <summary>The last answer that can be given again.</summary>
    public RememberedAllow? Remembered
    {
        get => Volatile.Read(ref _remembered);
        set => Volatile.Write(ref _remembered, value);
    }

    /// <summary>Bytes of the connections that have ended; those that live count for themselves.</summary>
    public (long In, long Out) EndedBytes
    {
        get
        {
            lock (_gate)
                return (_bytesIn, _bytesOut);
        }
    }

    public bool IsIdle
    {
        get
        {
            lock (_gate)
                return _first is null;
        }
    }

    /// <summary>Whether a transport connection is open that has carried its requests.</summary>
    public bool HasClients
    {
        get
        {
            lock (_gate)
                return _clients is { Count: > 0 };
        }
    }

    /// <summary>Registers a connection. False once the grant is closed: the caller opens another.</summary>
    public bool TryAdd(HeldConnection connection, DateTimeOffset now)
    {
        lock (_gate)
        {
            if (_closed)
                return false;
            connection.Next = _first;
            if (_first is not null)
                _first.Previous = connection;
            _first = connection;
            if (connection.Client is { } client && client.Carries(this))
                (_clients ??= new HashSet<ClientConnection>(1)).Add(client);
            _requests++;
            _lastUse = now.UtcTicks;
            return true;
        }
    }

    public void Remove(HeldConnection connection)
    {
        lock (_gate)
        {
            if (connection.Previous is not null)
                connection.Previous.Next = connection.Next;
            else if (ReferenceEquals(_first, connection))
                _first = connection.Next;
            if (connection.Next is not null)
                connection.Next.Previous = connection.Previous;
            connection.Next = connection.Previous = null;
            _bytesIn += connection.Live.BytesIn;
            _bytesOut += connection.Live.BytesOut;
        }
    }

    /// <summary>The connections of this moment.</summary>
    public ImmutableArray<HeldConnection> Connections()
    {
        lock (_gate)
        {
            if (_first is null)
                return [];
            var connections = ImmutableArray.CreateBuilder<HeldConnection>();
            for (var connection = _first; connection is not null; connection = connection.Next)
                connections.Add(connection);
            return connections.ToImmutable();
        }
    }

    /// <summary>Ends the transport connections that carried its requests, as soon as nothing is under way on them.</summary>
    public void CloseClients()
    {
        foreach (var client in Clients())
            client.RequestClose();
    }

    public void Forget(ClientConnection client)
    {
        lock (_gate)
            _clients?.Remove(client);
    }

    /// <summary>Closes it when nothing lives on it and nothing has since the moment given, or regardless.</summary>
    public bool TryClose(DateTimeOffset? unusedSince)
    {
        lock (_gate)
        {
            if (_closed || (unusedSince is { } since && (_first is not null || _lastUse > since.UtcTicks)))
                return false;
            _closed = true;
        }

        // Outside of the lock: a client's own lock is never waited for from here while it waits for ours.
        foreach (var client in Clients())
            client.Forget(this);
        return true;
    }

    private ImmutableArray<ClientConnection> Clients()
    {
        lock (_gate)
            return _clients is null ? [] : [.. _clients];
    }
}

/// <summary>A session at an application; the session is empty for the anonymous.</summary>
internal readonly record struct GrantKey(string Session, string Application);
