namespace Doorward.Control.Identity;

/// <summary>
/// Lets only a few checks of credentials run at once and only a few more wait. A whole attempt runs in one slot, from reading
/// the limits to counting the failure, so that no more attempts than slots can be past a limit before they count.
/// </summary>
public sealed class AttemptSlots : IDisposable
{
    private const int MostWaiting = 200;
    private readonly SemaphoreSlim slots = new(Math.Max(1, Environment.ProcessorCount));
    private int waiting;

    /// <summary>Default of <typeparamref name="T"/> when too many are waiting already.</summary>
    internal async Task<T?> RunAsync<T>(Func<Task<T>> attempt, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref waiting) > MostWaiting)
        {
            Interlocked.Decrement(ref waiting);
            return default;
        }
        try
        {
            await slots.WaitAsync(cancel);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
        try
        {
            return await attempt();
        }
        finally
        {
            slots.Release();
        }
    }

    public void Dispose() => slots.Dispose();
}
