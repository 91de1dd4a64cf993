using System.Buffers;
using Microsoft.AspNetCore.Connections;

namespace Doorward.Gateway.Tls;

/// <summary>
/// Connection middleware in front of TLS that reads the first record where it lies and leaves it there, so that requests can be compared by
/// what kind of client sent them (<see cref="ClientHello"/>). One that does not come whole in time is TLS's to deal with, and unknown here.
/// </summary>
internal sealed class ClientHelloMiddleware(ConnectionDelegate next, TimeProvider clock)
{
    // RFC 8446 section 5.1: a record holds 2^14 bytes at most.
    private const int Longest = (1 << 14) + 256 + 5;

    public async Task OnConnectionAsync(ConnectionContext connection)
    {
        if (await ReadAsync(connection) is not { } hello) return;
        connection.Features.Set(hello);
        await next(connection);
    }

    private async ValueTask<ClientHello?> ReadAsync(ConnectionContext connection)
    {
        using var patience = new CancellationTokenSource(TlsHandshake.Timeout, clock);
        try
        {
            var input = connection.Transport.Input;
            while (true)
            {
                var read = await input.ReadAsync(patience.Token);
                var hello = Look(read.Buffer) ?? (read.IsCompleted ? ClientHello.Unknown : null);

                // When it is found nothing counts as examined, so that TLS, which reads next, is not made to wait for more.
                input.AdvanceTo(read.Buffer.Start, hello is null ? read.Buffer.End : read.Buffer.Start);
                if (hello is not null) return hello;
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or ConnectionAbortedException or ConnectionResetException)
        {
            connection.Abort();
            return null;
        }
    }

    /// <summary>Null as long as more must come.</summary>
    private static ClientHello? Look(ReadOnlySequence<byte> buffer)
    {
        Span<byte> start = stackalloc byte[5];
        var few = buffer.Slice(0, Math.Min(buffer.Length, start.Length));
        few.CopyTo(start);
        return ClientHello.LengthOf(start[..(int)few.Length]) switch
        {
            null => null,
            0 or > Longest => ClientHello.Unknown,
            { } length when buffer.Length < length => null,
            { } length when buffer.FirstSpan.Length >= length => ClientHello.Of(buffer.FirstSpan[..length]),
            { } length => ClientHello.Of(buffer.Slice(0, length).ToArray()),
        };
    }
}
