using System.IO.Pipelines;
using System.Net.Security;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Doorward.Gateway.Connections;

/// <summary>
/// Connection middleware behind TLS: counts who has not asked anything yet, which somebody decent does right after the handshake, and
/// follows the frames of HTTP/2.
/// </summary>
internal sealed class SecuredConnectionMiddleware(ConnectionDelegate next, AnonymousLimit newcomers)
{
    public Task OnConnectionAsync(ConnectionContext connection)
    {
        if (connection.Features.Get<ClientConnection>() is not { } client) return next(connection);
        client.Newcomer = newcomers.Enter(() => client.Abort("Too many connections on which nothing was asked."));
        if (connection.Features.Get<ISslStreamFeature>()?.SslStream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2)
        {
            client.Unsent = new UnsentAnswers();
            connection.Transport = new FollowedTransport(connection.Transport, client.Unsent);
        }

        return next(connection);
    }

    private sealed class FollowedTransport(IDuplexPipe inner, UnsentAnswers unsent) : IDuplexPipe
    {
        public PipeReader Input => inner.Input;

        public PipeWriter Output { get; } = new FollowedOutput(inner.Output, unsent);
    }
}
