using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Doorward.Gateway.Connections;

/// <summary>
/// One transport connection, which many requests share: what is left to close of a revoked session once its requests are cut. A feature
/// of every request on it.
/// </summary>
internal sealed class ClientConnection(IConnectionLifetimeNotificationFeature lifetime)
{
    /// <summary>Lets requests in progress finish and takes no more: HTTP/1.1 closes when idle, HTTP/2 says GOAWAY. Safe at any time.</summary>
    public void RequestClose() => lifetime.RequestClose();
}

/// <summary>Connection middleware that provides <see cref="ClientConnection"/>.</summary>
internal sealed class ClientConnectionMiddleware(ConnectionDelegate next)
{
    public Task OnConnectionAsync(ConnectionContext connection)
    {
        if (connection.Features.Get<IConnectionLifetimeNotificationFeature>() is { } lifetime)
        {
            connection.Features.Set(new ClientConnection(lifetime));
        }

        return next(connection);
    }
}
