using Doorward.Core.Tunnels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Doorward.Gateway.Tunnels;

/// <summary>Connection middleware behind TLS: what the handshake said to be a tunnel's data is no HTTP.</summary>
internal sealed class DataConnectionMiddleware(ConnectionDelegate next, DataConnections data)
{
    public Task OnConnectionAsync(ConnectionContext connection) =>
        connection.Features.Get<ISslStreamFeature>()?.SslStream.NegotiatedApplicationProtocol == DataConnection.Protocol ? data.ServeAsync(connection) : next(connection);
}
