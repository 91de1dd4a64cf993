using Doorward.Core.Tunnels;

namespace Doorward.Gateway.Tunnels;

/// <summary>An order that a replica was given and has not answered yet. Answered once, by whichever comes first.</summary>
internal sealed class OpenOrder(Replica replica, OrderStream orders)
{
    private readonly TaskCompletionSource<OrderAnswer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Replica Replica => replica;

    public OrderStream Orders => orders;

    public Task<OrderAnswer> Answer => _answer.Task;

    /// <summary>False when nobody waits any more: the stream is not used.</summary>
    public bool TryGive(FarStream stream)
    {
        if (!stream.TryBelongTo(replica)) return false;
        return _answer.TrySetResult(new OrderAnswer(stream, null));
    }

    public void TryRefuse(TunnelClose close) => _answer.TrySetResult(new OrderAnswer(null, close));

    /// <summary>Whoever was to answer is gone.</summary>
    public void Abandon() => _answer.TrySetResult(default);

    /// <summary>Whoever waited is gone: a stream that came meanwhile would be nobody's.</summary>
    public void GiveUp()
    {
        if (_answer.TrySetCanceled() || _answer.Task is not { IsCompletedSuccessfully: true, Result.Stream: { } late }) return;
        late.Reset();
        late.Release();
    }
}

/// <summary>A stream, or why there is none; neither when the replica is gone.</summary>
internal readonly record struct OrderAnswer(FarStream? Stream, TunnelClose? Close)
{
    public bool IsAbandoned => Stream is null && Close is null;
}
