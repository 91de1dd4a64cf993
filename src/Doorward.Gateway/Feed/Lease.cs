namespace Doorward.Gateway.Feed;

/// <summary>
/// How long the gateway may serve on what it knows. It runs from the sending of a ping whose answer's revision has been
/// applied, and ends when either clock says so: the monotonic one stands still in suspend, the other can be set.
/// </summary>
internal sealed class Lease(TimeProvider clock)
{
    // One reference, swapped whole: readers never see the start of one ping on one clock and of another on the other.
    private Start? _start;

    public Start Now() => new(clock.GetTimestamp(), clock.GetUtcNow());

    public void Renew(Start sent)
    {
        if (_start is not { } current || sent.Monotonic > current.Monotonic)
            Volatile.Write(ref _start, sent);
    }

    public void End() => Volatile.Write(ref _start, null);

    public bool Covers(TimeSpan length)
    {
        if (Volatile.Read(ref _start) is not { } start)
            return false;
        var wall = clock.GetUtcNow() - start.Wall;

        // A wall clock set back would make the lease longer by itself; the monotonic one still ends it.
        return clock.GetElapsedTime(start.Monotonic) < length && wall < length;
    }

    internal sealed record Start(long Monotonic, DateTimeOffset Wall);
}
