using Doorward.Control.Changes;

namespace Doorward.Control.Storage;

/// <summary>What all contexts of one process share.</summary>
internal sealed class StorageRuntime(TimeProvider time, ChangeSignal signal) : IDisposable
{
    public TimeProvider Time => time;
    public ChangeSignal Signal => signal;
    public WriteTurns Writers { get; } = new();

    public void Dispose() => Writers.Dispose();
}

/// <summary>
/// Lets writers of this process in one after the other, in order and without blocking threads. The database's own lock
/// is what makes it right; this only spares the sleeping and the unfairness of waiting for it.
/// </summary>
internal sealed class WriteTurns : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    public async Task<IDisposable> EnterAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        return new Turn(_turn);
    }

    public void Dispose() => _turn.Dispose();

    private sealed class Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
