using System.Collections.Concurrent;

namespace Doorward.Gateway.Pages;

/// <summary>
/// How many refusals are worth remembering: so many a minute of one source, and in all, so that neither a loop nor a flood fills
/// anything. What it holds is bounded by what it lets through.
/// </summary>
internal sealed class RefusalBudget(TimeProvider clock, int perSource, int inAll)
{
    private Window _window = new(0);

    public bool TryTake(string source)
    {
        var minute = clock.GetUtcNow().ToUnixTimeSeconds() / 60;
        var window = Volatile.Read(ref _window);
        if (window.Minute != minute)
        {
            // Two threads may both begin the minute; the one that loses lets a few through once more.
            window = new Window(minute);
            Volatile.Write(ref _window, window);
        }

        return window.Count < inAll && window.Sources.AddOrUpdate(source, 1, static (_, taken) => taken + 1) <= perSource && window.TryCount(inAll);
    }

    private sealed class Window(long minute)
    {
        private int _count;

        public long Minute => minute;

        public int Count => Volatile.Read(ref _count);

        public ConcurrentDictionary<string, int> Sources { get; } = new(StringComparer.Ordinal);

        public bool TryCount(int most) => Interlocked.Increment(ref _count) <= most;
    }
}
