using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Doorward.Gateway.Tests.Running;

/// <summary>An answer as bytes on the wire say it; status 0 when the connection ended without one.</summary>
internal sealed record RawAnswer(int Status, string Head, string Body)
{
    /// <summary>The stable reason in problem JSON; empty when it is none.</summary>
    public string Code => Body.StartsWith('{') ? JsonDocument.Parse(Body).RootElement.GetProperty("code").GetString() ?? "" : "";
}

/// <summary>Sends bytes that no client library would.</summary>
internal sealed class RawConnection(Stream stream) : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly List<byte> _pending = [];

    public Stream Stream => stream;

    public static async Task<RawConnection> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        return new(new NetworkStream(socket, ownsSocket: true));
    }

    /// <param name="serverName">Sent as SNI; an empty name sends none.</param>
    /// <param name="believe">Looks at the certificate; by default it must be one of the tests' authority.</param>
    /// <param name="protocol">HTTP/1.1 unless said.</param>
    public static async Task<RawConnection> ConnectTlsAsync(int port, string serverName, RemoteCertificateValidationCallback? believe = null, SslApplicationProtocol? protocol = null)
    {
        var plain = await ConnectAsync(port);
        var tls = new SslStream(plain.Stream, leaveInnerStreamOpen: false);

        // An address as target sends no SNI.
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = serverName.Length == 0 ? "127.0.0.1" : serverName,
            RemoteCertificateValidationCallback = believe ?? Certificates.ComesFromATest,
            ApplicationProtocols = [protocol ?? SslApplicationProtocol.Http11],
        });
        return new(tls);
    }

    public Task SendAsync(string text) => stream.WriteAsync(Encoding.Latin1.GetBytes(text)).AsTask();

    public async Task<RawAnswer> AskAsync(string text)
    {
        try
        {
            await SendAsync(text);
        }
        catch (IOException)
        {
            // The other end has seen enough; its answer may still be there.
        }

        return await ReadAnswerAsync();
    }

    public async Task<RawAnswer> ReadAnswerAsync()
    {
        var head = await ReadUntilAsync("\r\n\r\n");
        if (head.Length == 0) return new(0, "", "");
        var length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
        var status = int.Parse(head.AsSpan(9, 3), CultureInfo.InvariantCulture);
        var size = length is null ? 0 : int.Parse(length.AsSpan(15), CultureInfo.InvariantCulture);
        while (_pending.Count < size && await FillAsync()) { }
        var body = Encoding.Latin1.GetString([.. _pending.Take(size)]);
        _pending.RemoveRange(0, Math.Min(size, _pending.Count));
        return new(status, head, body);
    }

    /// <summary>Whether the other end closes, having sent nothing more than what it had begun.</summary>
    public async Task<bool> EndsAsync()
    {
        while (await FillAsync()) { }
        return true;
    }

    public ValueTask DisposeAsync() => stream.DisposeAsync();

    private async Task<string> ReadUntilAsync(string end)
    {
        while (true)
        {
            var text = Encoding.Latin1.GetString([.. _pending]);
            var index = text.IndexOf(end, StringComparison.Ordinal);
            if (index >= 0)
            {
                _pending.RemoveRange(0, index + end.Length);
                return text[..index];
            }

            if (!await FillAsync()) return "";
        }
    }

    private async Task<bool> FillAsync()
    {
        var buffer = new byte[16 * 1024];
        try
        {
            using var deadline = new CancellationTokenSource(s_patience);
            var count = await stream.ReadAsync(buffer, deadline.Token);
            _pending.AddRange(buffer[..count]);
            return count > 0;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
