using System.Collections.Concurrent;

namespace Doorward.Gateway.Enforcement;

/// <summary>How many refusals of one session are worth a record each: a loop must not fill the disk. Starts anew each second.</summary>
internal sealed class DenialBudget(TimeProvider clock)
{
    private const int PerSecond = 20;
    private Window _window = new(0);

    public bool TryTake(string session)
    {
        var second = clock.GetUtcNow().ToUnixTimeSeconds();
        var window = Volatile.Read(ref _window);
        if (window.Second != second)
        {
            // Two threads may both begin the second; the one that loses counts a few refusals once more.
            window = new Window(second);
            Volatile.Write(ref _window, window);
        }

        return window.Taken.AddOrUpdate(session, 1, static (_, taken) => taken + 1) <= PerSecond;
    }

    private sealed record Window(long Second)
    {
        public ConcurrentDictionary<string, int> Taken { get; } = new(StringComparer.Ordinal);
    }
}
