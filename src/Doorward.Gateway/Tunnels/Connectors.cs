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
internal sealed class Connectors(StateCell cell, OwnEndpoints ours, TimeProvider clock)
{
    // Longer than a connector tries to reach a target.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // For as long is one waited for that was here just now: a machine that is restarted, or all of them when this was.
    private static readonly TimeSpan Return = TimeSpan.FromSeconds(5);
    private readonly long _began = clock.GetTimestamp();
    private readonly Lock _choice = new();
    private TaskCompletionSource _arrival = NewArrival();
    private readonly ConcurrentDictionary<(string Connector, string Replica), Replica> _replicas = new();
    private readonly ConcurrentDictionary<string, OpenOrder> _orders = new(StringComparer.Ordinal);

    public IEnumerable<Replica> Replicas => _replicas.Values;

    /// <summary>Null when it is in the state no more: looked at once it can be found, so that whoever is retired meanwhile is ended by one or the other.</summary>
    public Replica? Find((string Connector, string Replica) name)
    {
        var replica = _replicas.GetOrAdd(name, static name => new Replica(name.Connector, name.Replica));
        Interlocked.MemoryBarrier();
        if (IsIn(cell.Current, name)) return replica;
        // It may be one that carries something, found here before those who follow the state found it.
        if (_replicas.TryRemove(KeyValuePair.Create(name, replica))) Retire(replica);
        return null;
    }

    public static bool IsIn(GatewayState state, (string Connector, string Replica) name) =>
        state.Connectors.TryGetValue(name.Connector, out var connector) && connector.Replicas.Contains(name.Replica);

    /// <summary>Whether an administrator told it to drain.</summary>
    public bool IsToldToDrain(Replica replica) => cell.Current.Connectors.TryGetValue(replica.Connector, out var connector) && connector.Draining.Contains(replica.Id);

    /// <summary>Ends what is open of those that are not in the state any more.</summary>
    public void Follow(GatewayState state)
    {
        foreach (var (name, replica) in _replicas)
        {
            if (IsIn(state, name)) continue;
            _replicas.TryRemove(name, out _);
            Retire(replica);
        }
    }

    /// <summary>A stream of orders is over; what was ordered on it is asked of another.</summary>
    public void End(Replica replica, OrderStream stream)
    {
        stream.End();
        replica.End(stream);
        Abandon(replica, stream);

        // Its connections may stay open for a minute: what web applications are asked would go there and wait. Tunnels may yet go on.
        if (stream.FellSilent && replica.Seen is null) replica.EndRequests();
    }

    /// <summary>Takes the order that a stream is opened for: once, by the replica that it was given to.</summary>
    public OpenOrder? Claim(Replica replica, string id) =>
        _orders.TryGetValue(id, out var order) && ReferenceEquals(order.Replica, replica) && _orders.TryRemove(KeyValuePair.Create(id, order)) ? order : null;

    /// <summary>Takes what a replica says: that there will be no stream, or how it is.</summary>
    public void Heard(Replica replica, ConnectorMessage message)
    {
        if (message.Refused is { } refusal) Claim(replica, refusal.Id)?.TryRefuse(refusal.Close);
        if (message.Hello is { Draining: false }) Interlocked.Exchange(ref _arrival, NewArrival()).TrySetResult();
    }

    /// <summary>A stream to a target by one of the connector's replicas, or why there is none. Who takes it disposes it.</summary>
    public async Task<(FarStream? Stream, TunnelClose? Close)> OpenAsync(GatewayApplication application, TunnelTarget target, ProxiedClient? proxy, CancellationToken ct)
    {
        var (host, port) = (target.Host, target.Ports[0].First);
        var tried = new HashSet<OrderStream>();
        while (await ChooseAsync(application.Definition.Connector!, tried, ct) is var (replica, orders))
        {
            try
            {
                tried.Add(orders);
                var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
                var order = new ConnectorOrder(id, application.Name, application.Version, host, port) { Epoch = cell.Current.Epoch, Proxy = proxy, Ours = ours.List() };
                if (await OrderAsync(replica, orders, order, ct) is { IsAbandoned: false } answer) return (answer.Stream, answer.Close);
            }
            finally
            {
                replica.EndOrder();
            }
        }

        var drain = cell.Current.Connectors.GetValueOrDefault(application.Definition.Connector!) is { InService.IsEmpty: true, Draining.Count: > 0 };
        return (null, new TunnelClose(TunnelCloseCodes.ConnectorLost, drain ? "all of its connector's machines were told to drain" : "none of its connector's machines is connected"));
    }

    // Abandoned when another is to be asked.
    private async Task<OrderAnswer> OrderAsync(Replica replica, OrderStream orders, ConnectorOrder what, CancellationToken ct)
    {
        var order = new OpenOrder(replica, orders);
        var isAnswered = false;
        _orders[what.Id] = order;
        try
        {
            // Fails on a stream that has ended since the choice; of one that ends from now on, whoever ends it gives the order up.
            if (!await orders.TryOrderAsync(what)) return default;
            var answer = await order.Answer.WaitAsync(Patience, clock, ct);
            isAnswered = true;
            return answer;
        }
        catch (TimeoutException)
        {
            return new OrderAnswer(null, new TunnelClose(TunnelCloseCodes.TargetUnreachable, "the connector did not answer in time"));
        }
        finally
        {
            _orders.TryRemove(what.Id, out _);
            if (!isAnswered) order.GiveUp();
        }
    }

    // Null when there is none, and none that was there just now comes back. Who is told to drain is never one. Whom it chooses has one order
    // more from that moment, so that many who choose at once do not choose the same.
    private async Task<(Replica, OrderStream)?> ChooseAsync(string connector, HashSet<OrderStream> tried, CancellationToken ct)
    {
        while (true)
        {
            var arrival = Volatile.Read(ref _arrival).Task;
            if (!cell.Current.Connectors.TryGetValue(connector, out var members) || members.InService.IsEmpty) return null;
            var replicas = members.InService.Select(member => _replicas.GetValueOrDefault((connector, member))).OfType<Replica>().ToList();
            lock (_choice)
            {
                if (Choose(replicas, tried) is var (replica, orders))
                {
                    replica.BeginOrder();
                    return (replica, orders);
                }
            }

            var wait = Return - clock.GetElapsedTime(replicas.Aggregate(_began, static (last, replica) => Math.Max(last, replica.Left)));
            if (wait <= TimeSpan.Zero || !await ComesAsync(arrival, wait, ct)) return null;
        }
    }

    // One that drains of its own accord takes orders only where there is no other: better for a while than not at all.
    private static (Replica, OrderStream)? Choose(IEnumerable<Replica> replicas, HashSet<OrderStream> tried)
    {
        var free = replicas.OrderBy(static replica => replica.Load).ToList();
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

    private async Task<bool> ComesAsync(Task arrival, TimeSpan wait, CancellationToken ct)
    {
        try
        {
            await arrival.WaitAsync(wait, clock, ct);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private void Retire(Replica replica)
    {
        replica.Retire();
        Abandon(replica, null);
    }

    private void Abandon(Replica replica, OrderStream? stream)
    {
        foreach (var (id, order) in _orders)
        {
            if (ReferenceEquals(order.Replica, replica) && (stream is null || ReferenceEquals(order.Orders, stream)) && _orders.TryRemove(id, out _)) order.Abandon();
        }
    }

    private static TaskCompletionSource NewArrival() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
