using Doorward.Gateway.Grants;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Doorward.Gateway.Connections;

/// <summary>
/// One transport connection, which many requests share: what is left to close of a revoked session once its requests are cut. A feature
/// of every request on it. It and the grants whose requests it carries know each other, until either ends.
/// </summary>
internal sealed class ClientConnection(ConnectionContext connection, AnonymousLimit.Place? place)
{
    private readonly Lock _gate = new();
    private readonly IConnectionLifetimeNotificationFeature? _lifetime = connection.Features.Get<IConnectionLifetimeNotificationFeature>();
    private readonly HashSet<Grant> _grants = new(1);
    private Grant? _last;
    private SessionAllowance? _session;
    private bool _ended;

    /// <summary>Whether it is known who uses it.</summary>
    public bool IsVouchedFor => Volatile.Read(ref _session) is not null;

    /// <summary>The place among those on which nothing has been asked yet; taken when the handshake is over.</summary>
    public AnonymousLimit.Place? Newcomer { get; set; }

    /// <summary>What has not been sent whole of its answers to nobody; null on HTTP/1.1, where a request is not over before that.</summary>
    public UnsentAnswers? Unsent { get; set; }

    /// <summary>Notes a grant whose request came by this connection. True when the grant is to remember it: the first time, while it is open.</summary>
    public bool Carries(Grant grant)
    {
        // Nearly always the same one again.
        if (ReferenceEquals(Volatile.Read(ref _last), grant)) return false;
        lock (_gate)
        {
            if (_ended) return false;
            Volatile.Write(ref _last, grant);
            return _grants.Add(grant);
        }
    }

    public void Forget(Grant grant)
    {
        lock (_gate)
        {
            _grants.Remove(grant);
            if (ReferenceEquals(_last, grant)) Volatile.Write(ref _last, null);
        }
    }

    /// <summary>Lets requests in progress finish and takes no more: HTTP/1.1 closes when idle, HTTP/2 says GOAWAY. Safe at any time.</summary>
    public void RequestClose() => _lifetime?.RequestClose();

    /// <summary>Ends it at once, with all that is on it.</summary>
    public void Abort(string reason) => connection.Abort(new ConnectionAbortedException(reason));

    /// <summary>The transport is gone: no grant keeps it.</summary>
    public void End()
    {
        Grant[] grants;
        lock (_gate)
        {
            _ended = true;
            _session?.Disconnect();
            grants = [.. _grants];
            _grants.Clear();
            Volatile.Write(ref _last, null);
        }

        foreach (var grant in grants) grant.Forget(this);
        Newcomer?.Dispose();
        Unsent?.Close();
    }

    /// <summary>It is known who uses it: it no longer counts as anonymous, but as one of so many of a session's.</summary>
    public void Vouch(SessionAllowance session, int most)
    {
        if (Volatile.Read(ref _session) is not null) return;
        lock (_gate)
        {
            if (_ended || _session is not null || !session.TryConnect(most)) return;
            _session = session;
        }

        place?.Dispose();
        Unsent?.Close();
    }
}

/// <summary>Connection middleware that provides <see cref="ClientConnection"/>. Stands before TLS, so that handshakes count as well.</summary>
internal sealed class ClientConnectionMiddleware(ConnectionDelegate next, AnonymousLimit? anonymous = null)
{
    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        using var place = anonymous?.Enter(() => connection.Abort(new ConnectionAbortedException("Too many connections that nobody signed in on.")));
        var client = new ClientConnection(connection, place);
        connection.Features.Set(client);
        try
        {
            await next(connection);
        }
        finally
        {
            client.End();
        }
    }
}
