using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using Doorward.Core.Tunnels;
using Doorward.Testing.Tunnels;

namespace Doorward.Core.Tests.Tunnels;

/// <summary>Two legs of one stream; the one dials a data connection when the other offers it, as agents and gateways do.</summary>
internal sealed class Join : IAsyncDisposable
{
    private readonly Pipe _up = new(new PipeOptions(useSynchronizationContext: false));
    private readonly TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Pipe _down = new(new PipeOptions(useSynchronizationContext: false));

    private TunnelLeg? _left;

    public Join(int buffers = 0)
    {
        Offers = new TunnelLeg(_up.Reader, _down.Writer, TimeProvider.System);
        Dials = new TunnelLeg(_down.Reader, _up.Writer, TimeProvider.System, dial: DialAsync);

        async Task<DataConnection?> DialAsync(ReadOnlyMemory<byte> ticket, CancellationToken ct)
        {
            var pair = await TlsPair.OpenAsync(buffers);
            if (!Offers.TryMove(pair.AcceptedConnection)) await pair.Accepted.DisposeAsync();
            _moved.TrySetResult();
            return pair.DialedConnection;
        }
    }

    /// <summary>What is read where nothing was sent.</summary>
    public static string Nothing { get; } = Convert.ToHexString(SHA256.HashData([]));

    public TunnelLeg Offers { get; }

    public TunnelLeg Dials { get; }

    /// <summary>Completes when there is a data connection.</summary>
    public Task Moved => _moved.Task;

    public ValueTask<bool> MoveAsync() => Offers.TryOfferAsync(new byte[DataConnection.TicketBytes]);

    /// <summary>Disposes a leg and ends its stream, as whoever carries it does then.</summary>
    public async Task LeaveAsync(TunnelLeg leg)
    {
        _left = leg;
        await leg.DisposeAsync();
        (ReferenceEquals(leg, Offers) ? _down : _up).Writer.Complete();
    }

    /// <summary>Sends so many bytes, in pieces, and says what they were.</summary>
    public static async Task<string> SendAsync(TunnelLeg leg, int bytes)
    {
        var all = RandomNumberGenerator.GetBytes(bytes);
        for (var at = 0; at < bytes;)
        {
            var piece = Math.Min(1 + ((at * 7) % 90_000), bytes - at);
            await leg.SendAsync(all.AsMemory(at, piece));
            at += piece;
        }

        return Convert.ToHexString(SHA256.HashData(all));
    }

    /// <summary>Reads to the end, and says what that was.</summary>
    public static async Task<string> ReadAsync(TunnelLeg leg)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (await leg.ReadAsync() is var arrived && !(arrived.IsCompleted && arrived.Buffer.IsEmpty))
        {
            foreach (var part in arrived.Buffer) hash.AppendData(part.Span);
            leg.Consume(arrived.Buffer.End);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(new[] { Offers, Dials }.Where(leg => leg != _left).Select(static leg => leg.DisposeAsync().AsTask()));
}
