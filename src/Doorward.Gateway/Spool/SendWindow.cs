namespace Doorward.Gateway.Spool;

/// <summary>
/// How many batches of records are on their way at once. While these wait for the control plane's disk the next one grows, so that a
/// busy one is asked less often, and pings find no queue of small batches before them.
/// </summary>
internal sealed class SendWindow
{
    public const int Most = 4;
    private readonly Lock _gate = new();
    private readonly Queue<long> _lastNumbers = new();
    private TaskCompletionSource _room = NewRoom();

    /// <summary>Waits until one more batch may be sent.</summary>
    public async Task EnterAsync(CancellationToken stream)
    {
        while (true)
        {
            Task room;
            lock (_gate)
            {
                if (_lastNumbers.Count < Most)
                    return;
                room = _room.Task;
            }

            await room.WaitAsync(stream);
        }
    }

    /// <summary>A batch is about to be sent; told before, so that no answer is earlier.</summary>
    public void Sending(long lastNumber)
    {
        lock (_gate)
            _lastNumbers.Enqueue(lastNumber);
    }

    /// <summary>The control plane has kept every record through this one.</summary>
    public void Accepted(long through)
    {
        lock (_gate)
        {
            while (_lastNumbers.TryPeek(out var last) && last <= through)
                _lastNumbers.Dequeue();
            _room.TrySetResult();
            _room = NewRoom();
        }
    }

    private static TaskCompletionSource NewRoom() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
