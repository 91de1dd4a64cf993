using System.Threading.Tasks.Sources;

namespace Doorward.Core.Tunnels;

/// <summary>Wakes one waiter, at once and on the waker's thread; allocates nothing. Set while nobody waits, the next wait goes straight through.</summary>
internal sealed class TunnelSignal : IValueTaskSource
{
    private const int Idle = 0;
    private const int Set = 1;
    private const int Waiting = 2;
    private ManualResetValueTaskSourceCore<bool> _source;
    private int _state;

    /// <summary>For one waiter at a time.</summary>
    public ValueTask WaitAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Set) == Set) return default;
        _source.Reset();
        return Interlocked.CompareExchange(ref _state, Waiting, Idle) == Idle ? new ValueTask(this, _source.Version) : WaitAsync();
    }

    public void Wake()
    {
        var before = Interlocked.CompareExchange(ref _state, Set, Idle);
        if (before == Waiting && Interlocked.CompareExchange(ref _state, Idle, Waiting) == Waiting) _source.SetResult(true);
    }

    void IValueTaskSource.GetResult(short token) => _source.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _source.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _source.OnCompleted(continuation, state, token, flags);
}
