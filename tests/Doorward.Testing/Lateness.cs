using System.Globalization;

namespace Doorward.Testing;

/// <summary>
/// How late this machine wakes anybody up, and how many want each of its cores: what a loaded machine adds to every wait is not the
/// product's. Watches from its making to its end.
/// </summary>
public sealed class Lateness : IAsyncDisposable
{
    private const string LoadFile = "/proc/loadavg";
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    // Of those that want a core at once: so many are there on a machine that does nothing but this.
    private const double Usual = 4;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watch;
    private TimeSpan _worst;
    private double _wanted;
    private int _looks;

    public Lateness() => _watch = WatchAsync();

    /// <summary>The worst so far, of one wait.</summary>
    public TimeSpan Worst => _worst;

    /// <summary>
    /// Whether something took no longer than it may, with what a few turns of this machine came too late. Who sleeps is woken soon however
    /// many wait; who computes, such as a program that starts, gets its share and no more.
    /// </summary>
    public bool Excuses(TimeSpan took, TimeSpan limit) => took < (limit * Math.Max(1, Crowd / Usual)) + (4 * _worst);

    /// <summary>How many wanted each core, on average.</summary>
    private double Crowd => _looks == 0 ? 0 : _wanted / _looks / Environment.ProcessorCount;

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
            if (Runnable() is not { } wanted) continue;
            _wanted += wanted;
            _looks++;
        }
    }

    // The fourth word is how many could run now, and how many there are; this thread is one of them.
    private static int? Runnable() =>
        File.Exists(LoadFile) && File.ReadAllText(LoadFile).Split(' ') is [_, _, _, var now, ..] ? int.Parse(now.Split('/')[0], CultureInfo.InvariantCulture) - 1 : null;
}
