using System.Threading.Channels;

namespace Doorward.Agent.Posture.Watching;

/// <summary>Wakes whoever waits, once for all that happened meanwhile.</summary>
internal sealed class Alarm(TimeProvider time)
{
    // A machine that slept did not count the time: the clock is asked in between.
    private static readonly TimeSpan Slice = TimeSpan.FromSeconds(2);
    private readonly Channel<bool> _rung = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Ring() => _rung.Writer.TryWrite(true);

    /// <summary>Until it rings, or that time of the clock has come.</summary>
    public async Task WaitAsync(DateTimeOffset until, CancellationToken ct)
    {
        while (until - time.GetUtcNow() is var left && left > TimeSpan.Zero && !_rung.Reader.TryRead(out _))
        {
            using var slice = new CancellationTokenSource(left < Slice ? left : Slice, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(slice.Token, ct);
            try
            {
                await _rung.Reader.WaitToReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                // The slice is over.
            }
        }
    }
}
