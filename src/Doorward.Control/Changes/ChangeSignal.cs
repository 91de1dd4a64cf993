namespace Doorward.Control.Changes;

/// <summary>
/// Wakes readers of the log in this process. It only saves waiting: a reader that misses it reads at its next tick.
/// </summary>
internal sealed class ChangeSignal
{
    private volatile TaskCompletionSource _next = New();

    /// <summary>Completes at the next change. Take it before reading the log, else a change in between is slept through.</summary>
    public Task Next => _next.Task;

    public void Raise() => Interlocked.Exchange(ref _next, New()).TrySetResult();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
