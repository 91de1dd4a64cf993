using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Doorward.Agent.Control;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Tunnels;

/// <summary>Dials data connections where a tunnel's stream goes, believing and showing what that does.</summary>
/// <param name="agent">Scheme, host and port of <c>agent.</c>.</param>
/// <param name="connect">Where to connect to, whatever names resolve to.</param>
/// <param name="transport">Of the stream: not used by this, only looked at.</param>
internal sealed class DataDialer(Uri agent, DnsEndPoint? connect, SocketsHttpHandler transport)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    // Seconds. Nothing is said on it while the tunnel is quiet, which what stands between forgets in minutes; the stream has pings of its own.
    private const int Quiet = 30;

    public async Task<DataConnection?> DialAsync(ReadOnlyMemory<byte> ticket, CancellationToken ct)
    {
        using var late = CancellationTokenSource.CreateLinkedTokenSource(ct);
        late.CancelAfter(s_patience);
        try
        {
            var stream = await PinnedTransport.DialAsync(connect ?? new DnsEndPoint(agent.Host, agent.Port), late.Token);
            KeepAlive(stream.Socket);
            var tls = new SslStream(stream);
            try
            {
                await tls.AuthenticateAsClientAsync(Options(), late.Token);
                if (tls.NegotiatedApplicationProtocol != DataConnection.Protocol) throw new AuthenticationException("a gateway that has no data connections");
                await tls.WriteAsync(ticket, late.Token);
                return DataConnection.Over(tls, new SocketLocal(stream.Socket).Reset);
            }
            catch
            {
                await tls.DisposeAsync();
                throw;
            }
        }
        catch (Exception)
        {
            // Whatever it is, the tunnel goes on as it was.
            return null;
        }
    }

    private static void KeepAlive(Socket socket)
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, Quiet);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, Quiet / 3);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 3);
    }

    private SslClientAuthenticationOptions Options()
    {
        var like = transport.SslOptions;
        return new SslClientAuthenticationOptions
        {
            TargetHost = agent.Host,
            ApplicationProtocols = [DataConnection.Protocol],
            CertificateChainPolicy = like.CertificateChainPolicy,
            ClientCertificates = like.ClientCertificates,
            LocalCertificateSelectionCallback = like.LocalCertificateSelectionCallback,
        };
    }
}
