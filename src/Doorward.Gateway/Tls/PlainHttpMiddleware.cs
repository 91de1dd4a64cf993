using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Connections;

namespace Doorward.Gateway.Tls;

/// <summary>
/// Connection middleware in front of TLS that tells who speaks plain HTTP that this port does not, as a handshake that fails would not.
/// Looks at one byte, keeps nothing, and never reads the request: what came in the clear is not acted on, nor redirected.
/// </summary>
internal sealed class PlainHttpMiddleware(ConnectionDelegate next, TimeProvider clock)
{
    private static readonly byte[] s_answer = Answer("This port speaks https: begin the address with https://\n");

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        switch (await PeekAsync(connection))
        {
            case null:
                return;
            case >= (byte)'A' and <= (byte)'Z':
                await connection.Transport.Output.WriteAsync(s_answer);
                return;
            default:
                await next(connection);
                return;
        }
    }

    /// <summary>The first byte, left where it is; null when none came in time. A client hello begins with 22, a method with a letter.</summary>
    private async ValueTask<byte?> PeekAsync(ConnectionContext connection)
    {
        using var patience = new CancellationTokenSource(TlsHandshake.Timeout, clock);
        try
        {
            var input = connection.Transport.Input;
            var read = await input.ReadAsync(patience.Token);
            byte? first = read.Buffer.IsEmpty ? null : read.Buffer.FirstSpan[0];
            input.AdvanceTo(read.Buffer.Start);
            return first;
        }
        catch (Exception ended) when (ended is OperationCanceledException or ConnectionAbortedException or ConnectionResetException)
        {
            connection.Abort();
            return null;
        }
    }

    private static byte[] Answer(string text) => Encoding.ASCII.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $"HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {text.Length}\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n{text}"));
}
