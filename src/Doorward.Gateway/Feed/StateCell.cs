namespace Doorward.Gateway.Feed;

/// <summary>Holds the one current state. The applier swaps it; everyone else reads it once per question, or awaits a revision.</summary>
internal sealed class StateCell(TimeProvider clock)
{
    private readonly Lock _gate = new();
    private GatewayState _current = GatewayState.Empty;
    private TaskCompletionSource _moved = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public GatewayState Current => Volatile.Read(ref _current);

    public void Publish(GatewayState state)
    {
        TaskCompletionSource moved;
        lock (_gate)
        {
            Volatile.Write(ref _current, state);
            moved = _moved;
            _moved = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        // The other half of "no lost revoke": whoever registers after this sees the new state, whoever did before is found by the scan.
        Interlocked.MemoryBarrier();
        moved.TrySetResult();
    }

    /// <summary>Whether a revision was applied within the time given.</summary>
    public async ValueTask<bool> WaitForAsync(long revision, TimeSpan patience, CancellationToken cancellation)
    {
        var started = clock.GetTimestamp();
        while (Current.Revision < revision)
        {
            Task moved;
            lock (_gate)
                moved = _moved.Task;
            if (Current.Revision >= revision)
                break;
            var left = patience - clock.GetElapsedTime(started);
            if (left <= TimeSpan.Zero)
                return false;
            try
            {
                await moved.WaitAsync(left, clock, cancellation);
            }
            catch (TimeoutException)
            {
                return Current.Revision >= revision;
            }
        }

        return true;
    }
}
