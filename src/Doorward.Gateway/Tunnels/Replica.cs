using System.Collections.Immutable;
using Doorward.Gateway.Connections;

namespace Doorward.Gateway.Tunnels;

/// <summary>One machine of a connector, as this gateway knows it: the streams on which it gets orders, and what it carries.</summary>
internal sealed class Replica(string connector, string id)
{
    // One to each address of a gateway, two while a certificate is renewed.
    private const int MostOrderStreams = 64;
    private readonly Lock _gate = new();
    private readonly HashSet<FarStream> _carried = [];
    private ImmutableArray<OrderStream> _orders = [];
    private int _ordered;
    private long _left;
    private bool _retired;

    public string Connector => connector;

    public string Id => id;

    public SessionAllowance Allowance { get; } = new();

    /// <summary>Streams to targets that are open.</summary>
    public int Tunnels
    {
        get { lock (_gate) return _carried.Count; }
    }

    /// <summary>What it carries, and what it was asked to.</summary>
    public int Load => Tunnels + Volatile.Read(ref _ordered);

    /// <summary>When it last stopped taking orders, as <see cref="TimeProvider.GetTimestamp"/> counts; zero when it never took any.</summary>
    public long Left
    {
        get { lock (_gate) return _orders.Aggregate(_left, static (last, stream) => Math.Max(last, stream.Stopped)); }
    }

    /// <summary>The stream that it has longest: while it is there, none other is used. Null when it takes no orders.</summary>
    public OrderStream? Orders
    {
        get
        {
            lock (_gate) return _orders.FirstOrDefault(static stream => stream is { IsOver: false, Hello.Draining: false });
        }
    }

    /// <summary>One on which it said that it wants no more; null when there is none.</summary>
    public OrderStream? Draining
    {
        get
        {
            lock (_gate) return _orders.LastOrDefault(static stream => stream is { IsOver: false, Hello.Draining: true });
        }
    }

    /// <summary>The stream that says how it is, also while it drains; null when there is none.</summary>
    public OrderStream? Seen
    {
        get
        {
            lock (_gate) return _orders.LastOrDefault(static stream => stream is { IsOver: false, Hello: not null });
        }
    }

    /// <summary>False once it is retired, or has more of them than any that keeps to the protocol.</summary>
    public bool Begin(OrderStream stream)
    {
        lock (_gate)
        {
            if (_retired || _orders.Length >= MostOrderStreams) return false;
            _orders = _orders.Add(stream);
            return true;
        }
    }

    public void End(OrderStream stream)
    {
        lock (_gate)
        {
            _orders = _orders.Remove(stream);
            _left = Math.Max(_left, stream.Stopped);
        }
    }

    public void BeginOrder() => Interlocked.Increment(ref _ordered);

    public void EndOrder() => Interlocked.Decrement(ref _ordered);

    /// <summary>False once it is retired.</summary>
    public bool Carry(FarStream stream)
    {
        lock (_gate) return !_retired && _carried.Add(stream);
    }

    public void Drop(FarStream stream)
    {
        lock (_gate) _carried.Remove(stream);
    }

    /// <summary>Ends its streams that serve requests to web applications: also those that are kept for the next one.</summary>
    public void EndRequests()
    {
        FarStream[] serving;
        lock (_gate) serving = [.. _carried.Where(static stream => stream.ServesRequests)];
        foreach (var stream in serving) stream.Reset();
    }

    /// <summary>Ends all that it has here.</summary>
    public void Retire()
    {
        FarStream[] carried;
        ImmutableArray<OrderStream> orders;
        lock (_gate)
        {
            _retired = true;
            carried = [.. _carried];
            orders = _orders;
        }

        foreach (var stream in orders) stream.End();
        foreach (var stream in carried) stream.Reset();
    }
}
