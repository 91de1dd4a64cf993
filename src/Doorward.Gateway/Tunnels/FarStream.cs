using System.IO.Pipelines;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Connections;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Tunnels;

/// <summary>
/// A stream that a replica opened to a target. Its request goes on until whoever ordered it has released it; nothing touches the request
/// after that.
/// </summary>
internal sealed class FarStream : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PipeWriter _outgoing;
    private HttpContext? _context;
    private Replica? _replica;

    public FarStream(HttpContext context)
    {
        (_context, Incoming, _outgoing) = (context, context.Request.BodyReader, context.Response.BodyWriter);
    }

    public Task Released => _released.Task;

    public PipeReader Incoming { get; }

    /// <summary>Whether it is a connection to a web application, used by one request after the other.</summary>
    public bool ServesRequests { get; private set; }

    /// <summary>The frames on it, for the one who ordered it.</summary>
    public TunnelLeg Follow(TimeProvider clock) => new(Incoming, _outgoing, clock);

    /// <summary>The same, as a connection to a web application.</summary>
    public TunnelLeg FollowRequests(TimeProvider clock)
    {
        ServesRequests = true;
        return Follow(clock);
    }

    /// <summary>Has a data connection offered for these frames once that is worth it.</summary>
    public void Watch(TunnelLeg leg, DataConnections data)
    {
        lock (_gate)
        {
            if (_context is { } open && _replica is { } replica) data.Watch(leg, open, (replica.Allowance, ConnectorDoor.MostConnections));
        }
    }

    /// <summary>False when the replica has been retired.</summary>
    public bool TryBelongTo(Replica replica)
    {
        if (!replica.Carry(this)) return false;
        _replica = replica;
        return true;
    }

    /// <summary>Breaks it off, without a word.</summary>
    public void Reset()
    {
        lock (_gate)
        {
            if (_context is { } open) LiveConnection.Abort(open);
        }
    }

    /// <summary>Whoever ordered it is done with it.</summary>
    public void Release() => _released.TrySetResult();

    public ValueTask DisposeAsync()
    {
        _replica?.Drop(this);
        lock (_gate) _context = null;
        return default;
    }
}
