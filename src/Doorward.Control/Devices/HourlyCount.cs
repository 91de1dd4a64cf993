namespace Doorward.Control.Devices;

/// <summary>Lets the first of something be told at once, and what follows once an hour with how many there were.</summary>
internal sealed class HourlyCount
{
    private static readonly TimeSpan Window = TimeSpan.FromHours(1);
    private readonly Lock _gate = new();
    private DateTimeOffset? _begun;
    private long _untold;

    /// <summary>How many went without a record before these; null when these go without as well.</summary>
    public long? Add(DateTimeOffset now, long times = 1)
    {
        lock (_gate)
        {
            // A clock that was set back begins anew.
            if (IsWithin(now))
            {
                _untold += times;
                return null;
            }

            var untold = _untold;
            (_begun, _untold) = (now, 0);
            return untold;
        }
    }

    /// <summary>The next one would be told.</summary>
    public bool IsOver(DateTimeOffset now)
    {
        lock (_gate) return !IsWithin(now);
    }

    private bool IsWithin(DateTimeOffset now) => _begun is { } begun && now >= begun && now - begun < Window;
}
