using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Doorward.Gateway.Connections;

/// <summary>
/// One transport connection, which many requests share: what is left to close of a revoked session once its requests are cut. A feature
/// of every request on it.
/// </summary>
internal sealed class ClientConnection(IConnectionLifetimeNotificationFeature? lifetime, AnonymousLimit.Place? place)
{
    /// <summary>Lets requests in progress finish and takes no more: HTTP/1.1 closes when idle, HTTP/2 says GOAWAY. Safe at any time.</summary>
    public void RequestClose() => lifetime?.RequestClose();

    /// <summary>It is known who uses it: it no longer counts as anonymous.</summary>
    public void Vouch() => place?.Dispose();
}

/// <summary>Connection middleware that provides <see cref="ClientConnection"/>. Stands before TLS, so that handshakes count as well.</summary>
internal sealed class ClientConnectionMiddleware(ConnectionDelegate next, AnonymousLimit? anonymous = null)
{
    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        using var place = anonymous?.Enter(() => connection.Abort(new ConnectionAbortedException("Too many connections that nobody signed in on.")));
        connection.Features.Set(new ClientConnection(connection.Features.Get<IConnectionLifetimeNotificationFeature>(), place));
        await next(connection);
    }
}
