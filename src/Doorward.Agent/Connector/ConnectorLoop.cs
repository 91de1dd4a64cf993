using System.Collections.Concurrent;
using Doorward.Agent.State;

namespace Doorward.Agent.Connector;

/// <summary>The connector's day: a line to every address of the gateways, as they come and go; and at its end, the draining.</summary>
internal sealed class ConnectorLoop(
    ConnectorRecord record, GatewayAddresses addresses, ReplicaCertificates certificates, OrderDesk desk, HealthFile<ConnectorHealth> file, TimeProvider time)
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Resolve = TimeSpan.FromSeconds(15);

    // What a gateway ordered before it heard of the draining arrives within this.
    private static readonly TimeSpan LastOrders = TimeSpan.FromSeconds(1);

    // A gateway that has nobody else orders on. That must not keep this from its end, but a short request gets to its own.
    private static readonly TimeSpan LateStreams = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<GatewayLine, Task> _lines = new();

    public required TextWriter Log { get; init; }

    /// <param name="longest">How long streams may go on once it is to end.</param>
    /// <param name="drain">It is to end.</param>
    /// <param name="end">At once.</param>
    public async Task RunAsync(TimeSpan longest, CancellationToken drain, CancellationToken end)
    {
        using var breakOff = CancellationTokenSource.CreateLinkedTokenSource(end);
        try
        {
            await ServeAsync(drain, breakOff.Token);
        }
        catch (OperationCanceledException)
        {
            await DrainAsync(longest, end);
        }

        await breakOff.CancelAsync();
        await Task.WhenAll(_lines.Values);
        Tell(isDraining: true);
    }

    private async Task ServeAsync(CancellationToken drain, CancellationToken breakOff)
    {
        long? resolved = null;
        while (true)
        {
            if (resolved is null || _lines.IsEmpty || time.GetElapsedTime(resolved.Value) >= Resolve)
            {
                await FollowAsync(breakOff, drain);
                resolved = time.GetTimestamp();
            }

            Tell(isDraining: false);
            await Task.Delay(Look, time, drain);
        }
    }

    private async Task FollowAsync(CancellationToken breakOff, CancellationToken drain)
    {
        var now = await addresses.FindAsync(drain);
        foreach (var address in now.Where(address => !_lines.Keys.Any(line => line.Address.Equals(address))))
        {
            var line = new GatewayLine(address, record, certificates, desk, time, Log);
            _lines[line] = line.RunAsync(breakOff);
        }

        foreach (var line in _lines.Keys.Where(line => !now.Contains(line.Address)))
        {
            if (!_lines.TryRemove(line, out _)) continue;
            await line.LeaveAsync();
        }
    }

    private async Task DrainAsync(TimeSpan longest, CancellationToken end)
    {
        await Log.WriteLineAsync($"draining: {desk.Open} streams are open");
        await Log.FlushAsync(CancellationToken.None);
        var began = time.GetTimestamp();
        try
        {
            desk.CountAnew();
            await Task.WhenAll(_lines.Keys.Select(static line => line.DrainAsync()));
            await WaitAsync(() => desk.Earlier > 0 || time.GetElapsedTime(began) < LastOrders, longest, end);
            var left = longest - time.GetElapsedTime(began);
            await WaitAsync(() => desk.Open > 0, left < LateStreams ? left : LateStreams, end);
        }
        catch (OperationCanceledException)
        {
            // Told twice: at once.
        }

        await Log.WriteLineAsync(desk.Open == 0 ? "drained" : $"ends with {desk.Open} streams open");
        await Log.FlushAsync(CancellationToken.None);
    }

    private async Task WaitAsync(Func<bool> isOpen, TimeSpan longest, CancellationToken end)
    {
        for (var began = time.GetTimestamp(); isOpen() && time.GetElapsedTime(began) < longest;)
        {
            Tell(isDraining: true);
            await Task.Delay(TimeSpan.FromMilliseconds(100), time, end);
        }
    }

    private void Tell(bool isDraining)
    {
        try
        {
            file.Write(new ConnectorHealth
            {
                Connector = record.Connector,
                Replica = record.Replica,
                Process = Environment.ProcessId,
                Draining = isDraining,
                Streams = desk.Open,
                Lines = [.. _lines.Keys.Select(static line => line.Health).OrderBy(static line => line.Address, StringComparer.Ordinal)],
                Written = time.GetUtcNow(),
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Log.WriteLine($"cannot say how it does: {error.Message}");
        }
    }
}
