using System.Collections.Concurrent;
using System.Security.Cryptography;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Feed;

namespace Doorward.Gateway.Tunnels;

/// <summary>
/// The connectors of the installation as far as they are connected here, and the way through them: an order to the replica that carries
/// least, and the stream that it opens for it. Nothing that a connector says of itself decides what it is for: the state and its
/// certificate do.
/// </summary>
internal sealed class Connectors(StateCell cell, TimeProvider clock)
{
    // Longer than a connector tries to reach a target.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<(string Connector, string Replica), Replica> _replicas = new();
    private readonly ConcurrentDictionary<string, OpenOrder> _orders = new(StringComparer.Ordinal);

    public IEnumerable<Replica> Replicas => _replicas.Values;

    /// <summary>Null when it is in the state no more: looked at once it can be found, so that whoever is retired meanwhile is ended by one or the other.</summary>
    public Replica? Find((string Connector, string Replica) name)
    {
        var replica = _replicas.GetOrAdd(name, static name => new Replica(name.Connector, name.Replica));
        Interlocked.MemoryBarrier();
        if (IsIn(cell.Current, name)) return replica;
        _replicas.TryRemove(KeyValuePair.Create(name, replica));
        return null;
    }

    public static bool IsIn(GatewayState state, (string Connector, string Replica) name) =>
        state.Connectors.TryGetValue(name.Connector, out var replicas) && replicas.Contains(name.Replica);

    /// <summary>Ends what is open of those that are not in the state any more.</summary>
    public void Follow(GatewayState state)
    {
        foreach (var (name, replica) in _replicas)
        {
            if (IsIn(state, name)) continue;
            _replicas.TryRemove(name, out _);
            replica.Retire();
            Abandon(replica, null);
        }
    }

    /// <summary>A stream of orders is over; what was ordered on it is asked of another.</summary>
    public void End(Replica replica, OrderStream stream)
    {
        stream.End();
        replica.End(stream);
        Abandon(replica, stream);
    }

    /// <summary>Takes the order that a stream is opened for: once, by the replica that it was given to.</summary>
    public OpenOrder? Claim(Replica replica, string id) =>
        _orders.TryGetValue(id, out var order) && ReferenceEquals(order.Replica, replica) && _orders.TryRemove(KeyValuePair.Create(id, order)) ? order : null;

    /// <summary>Takes a replica's answer that there will be no stream.</summary>
    public void Refused(Replica replica, OrderRefusal refusal) => Claim(replica, refusal.Id)?.TryRefuse(refusal.Close);

    /// <summary>A stream to a target by one of the connector's replicas, or why there is none. Who takes it disposes it.</summary>
    public async Task<(FarStream? Stream, TunnelClose? Close)> OpenAsync(GatewayApplication application, TunnelTarget target, ProxiedClient? proxy, CancellationToken ct)
    {
        var (host, port) = (target.Host, target.Ports[0].First);
        var tried = new HashSet<OrderStream>();
        while (Choose(application.Definition.Connector!, tried) is var (replica, orders))
        {
            tried.Add(orders);
            var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
            var order = new OpenOrder(replica, orders);
            var isAnswered = false;
            _orders[id] = order;
            try
            {
                // It may have ended between the choice and now: then nobody else would give the order up.
                if (orders.IsOver || !await orders.TryOrderAsync(new ConnectorOrder(id, application.Name, application.Version, host, port) { Epoch = cell.Current.Epoch, Proxy = proxy })) continue;
                var answer = await order.Answer.WaitAsync(Patience, clock, ct);
                isAnswered = true;
                if (answer.IsAbandoned) continue;
                return (answer.Stream, answer.Close);
            }
            catch (TimeoutException)
            {
                return (null, new TunnelClose(TunnelCloseCodes.TargetUnreachable, "the connector did not answer in time"));
            }
            finally
            {
                _orders.TryRemove(id, out _);
                if (!isAnswered) order.GiveUp();
            }
        }

        return (null, new TunnelClose(TunnelCloseCodes.ConnectorLost, "none of its connector's machines is connected"));
    }

    private (Replica, OrderStream)? Choose(string connector, HashSet<OrderStream> tried)
    {
        if (!cell.Current.Connectors.TryGetValue(connector, out var members)) return null;
        var free = members.Select(member => _replicas.GetValueOrDefault((connector, member))).OfType<Replica>().OrderBy(static replica => replica.Tunnels).ToList();

        // One that drains takes orders only where there is no other: better for a while than not at all.
        return First(free, static replica => replica.Orders, tried) ?? First(free, static replica => replica.Draining, tried);
    }

    private static (Replica, OrderStream)? First(IEnumerable<Replica> replicas, Func<Replica, OrderStream?> stream, HashSet<OrderStream> tried)
    {
        foreach (var replica in replicas)
        {
            if (stream(replica) is { } orders && !tried.Contains(orders)) return (replica, orders);
        }

        return null;
    }

    private void Abandon(Replica replica, OrderStream? stream)
    {
        foreach (var (id, order) in _orders)
        {
            if (ReferenceEquals(order.Replica, replica) && (stream is null || ReferenceEquals(order.Orders, stream)) && _orders.TryRemove(id, out _)) order.Abandon();
        }
    }
}
