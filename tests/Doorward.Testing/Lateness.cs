namespace Doorward.Testing;

/// <summary>
/// How late this machine wakes anybody up: what a loaded machine adds to every wait is not the product's. Watches from its
/// making to its end.
/// </summary>
public sealed class Lateness : IAsyncDisposable
{
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watch;
    private TimeSpan _worst;

    public Lateness() => _watch = WatchAsync();

    /// <summary>The worst so far, of one wait.</summary>
    public TimeSpan Worst => _worst;

    /// <summary>Whether something took no longer than it may, with what a few turns of this machine came too late.</summary>
    public bool Excuses(TimeSpan took, TimeSpan limit) => took < limit + (4 * _worst);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watch;
        _stop.Dispose();
    }

    private async Task WatchAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            var begun = TimeProvider.System.GetTimestamp();
            await Task.Delay(Step, TimeProvider.System, CancellationToken.None);
            var late = TimeProvider.System.GetElapsedTime(begun) - Step;
            _worst = late > _worst ? late : _worst;
        }
    }
}
