using System.Collections.Concurrent;
using Doorward.Core.Protocol;

namespace Doorward.Control.Feeds;

/// <summary>The gateways that follow the log through this process.</summary>
public sealed class ConnectedGateways
{
    private readonly ConcurrentDictionary<string, GatewayStream> _streams = new(StringComparer.Ordinal);

    /// <summary>Name and applied revision of each.</summary>
    public IReadOnlyList<ConnectedGateway> List() => [.. _streams.Values.Select(stream => new ConnectedGateway(stream.Gateway, stream.Applied, stream.Heard)).OrderBy(g => g.Name, StringComparer.Ordinal)];

    /// <summary>Asks each that is connected now to have applied the revision within the time, and says how long it took from <paramref name="begun"/>.</summary>
    internal async Task<IReadOnlyList<GatewayConfirmation>> ConfirmAsync(long revision, long begun, TimeSpan patience, TimeProvider time, CancellationToken ct)
    {
        using var deadline = new CancellationTokenSource(patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, ct);
        var confirmed = await Task.WhenAll(_streams.Values.OrderBy(static stream => stream.Gateway, StringComparer.Ordinal).Select(async stream =>
        {
            try
            {
                await stream.ReachAsync(revision, either.Token);
                return new GatewayConfirmation(stream.Gateway, Math.Round(time.GetElapsedTime(begun).TotalMilliseconds, 1));
            }
            catch (OperationCanceledException)
            {
                return new GatewayConfirmation(stream.Gateway, null);
            }
        }));
        return confirmed;
    }

    /// <summary>Sends to one gateway; false when it does not follow through this process.</summary>
    internal bool TrySend(string gateway, ControlMessage message) => _streams.TryGetValue(gateway, out var stream) && stream.TrySend(message);

    /// <summary>Sends one of many to one gateway, as soon as it has room for it; false when it does not follow through this process.</summary>
    internal async Task<bool> TrySendInTurnAsync(string gateway, ControlMessage message, CancellationToken ct) =>
        _streams.TryGetValue(gateway, out var stream) && await stream.TrySendInTurnAsync(message, ct);

    /// <summary>Sends to each that follows through this process, and says to how many.</summary>
    internal int Send(Func<ControlMessage> message) => _streams.Values.Count(stream => stream.TrySend(message()));

    /// <summary>A gateway that comes back takes the place of its old stream, which may be dead without anyone knowing.</summary>
    internal IDisposable Connect(GatewayStream stream)
    {
        GatewayStream? old = null;
        _streams.AddOrUpdate(stream.Gateway, stream, (_, before) =>
        {
            old = before;
            return stream;
        });
        old?.Replace();
        return new Connection(this, stream);
    }

    private sealed class Connection(ConnectedGateways gateways, GatewayStream stream) : IDisposable
    {
        public void Dispose() => gateways._streams.TryRemove(KeyValuePair.Create(stream.Gateway, stream));
    }
}

/// <summary>What a gateway says of a change.</summary>
/// <param name="Milliseconds">From when the change was asked for until the gateway said that it applies; null when it did not say so in time.</param>
public sealed record GatewayConfirmation(string Gateway, double? Milliseconds);

/// <summary>A gateway that follows, how far it has come, and when it last pinged.</summary>
public sealed record ConnectedGateway(string Name, long Applied, DateTimeOffset Heard);
