namespace Doorward.Gateway.Feed;

/// <summary>How often something may be done: so many a second, so many ahead of time (the generic cell rate algorithm).</summary>
internal sealed class Pace(TimeProvider clock, int perSecond, int ahead)
{
    private readonly long _interval = clock.TimestampFrequency / perSecond;
    private long _paidUntil;

    public bool TryTake()
    {
        var now = clock.GetTimestamp();
        for (var paid = Volatile.Read(ref _paidUntil); ; paid = Volatile.Read(ref _paidUntil))
        {
            var until = Math.Max(paid, now) + _interval;
            if (until - now > _interval * ahead)
                return false;
            if (Interlocked.CompareExchange(ref _paidUntil, until, paid) == paid)
                return true;
        }
    }
}
