using Doorward.Gateway.Enforcement;
using Doorward.Gateway.Feed;
using Microsoft.AspNetCore.Connections;

namespace Doorward.Gateway.Tls;

/// <summary>Connection middleware around TLS that has it told when a client shows a certificate without its key: a copy of a device's, as a rule.</summary>
internal sealed class KeylessClientMiddleware(ConnectionDelegate next, KeylessReporter keyless)
{
    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        var outcome = HandshakeLog.Watch();
        await next(connection);
        if (outcome.IsKeyless) keyless.Note(ClientAddress.Of(connection.RemoteEndPoint), connection.Features.Get<ClientHello>() ?? ClientHello.Unknown);
    }
}
