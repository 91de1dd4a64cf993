using System.Net.Sockets;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Connector;

/// <summary>Does what gateways order, as far as the control plane lets it: reaches a target, and carries a stream to it until it is over.</summary>
internal sealed class OrderDesk(TargetsBook targets, TargetDialer dialer, TimeProvider time, TextWriter log)
{
    private static readonly TimeSpan StreamPatience = TimeSpan.FromSeconds(5);
    private static readonly TunnelClose Reset = new(TunnelCloseCodes.TargetReset, "the target broke the connection off");
    private volatile OrderCount _count = new();

    /// <summary>Orders that are carried out.</summary>
    public int Open => _count.Now + (_count.Before?.Now ?? 0);

    /// <summary>Of those the ones that were there when <see cref="CountAnew"/> was called.</summary>
    public int Earlier => _count.Before?.Now ?? 0;

    /// <summary>Once: what comes from now on is counted apart.</summary>
    public void CountAnew() => _count = new OrderCount(_count);

    public void Take(ConnectorOrder order, OrdersChannel channel, GatewayConnection connection, CancellationToken ct)
    {
        var count = _count;
        count.Add(1);
        connection.Use();
        _ = DoAsync(order, channel, connection, count, ct);
    }

    private async Task DoAsync(ConnectorOrder order, OrdersChannel channel, GatewayConnection connection, OrderCount count, CancellationToken ct)
    {
        try
        {
            // The reader of orders goes on at once.
            await Task.Yield();
            var (socket, close) = await ReachAsync(order, connection, ct);
            using (socket)
            {
                if (close is not null)
                {
                    await log.WriteLineAsync($"order for {order.Application}: {close.Code}");
                    await channel.SendAsync(new ConnectorMessage { Refused = new OrderRefusal(order.Id, close) });
                }
                else
                {
                    await CarryAsync(order, socket!, connection, ct);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
        catch (Exception error)
        {
            // One order that goes wrong takes no other along.
            await log.WriteLineAsync($"order for {order.Application}: {error.Message}");
        }
        finally
        {
            connection.Release();
            count.Add(-1);
        }
    }

    private async Task<(Socket? Socket, TunnelClose? Close)> ReachAsync(ConnectorOrder order, GatewayConnection connection, CancellationToken ct)
    {
        var (application, hasHeard) = await targets.FindAsync(order, connection.ReadAsync, ct);
        if (application is not null) return await dialer.DialAsync(application, order.Host, order.Port, order.Ours ?? [], ct);
        return (null, hasHeard
            ? new TunnelClose(TunnelCloseCodes.NoSuchTarget, "the connector is not told of this application")
            : new TunnelClose(TunnelCloseCodes.TargetUnreachable, "its connector could not learn what it may reach"));
    }

    private async Task CarryAsync(ConnectorOrder order, Socket socket, GatewayConnection connection, CancellationToken ct)
    {
        var (call, problem) = await connection.OpenAsync(TunnelPaths.Streams + order.Id, StreamPatience, time, ct);
        if (call is null)
        {
            // The target is not to take it for somebody who had nothing to say.
            new SocketLocal(socket).Reset();
            await log.WriteLineAsync($"order for {order.Application}: no stream, {problem}");
            return;
        }

        await using (call)
        {
            await using var leg = new TunnelLeg(call.Incoming, call.Outgoing, time, dial: call.Dial);
            if (order.Proxy is { } client && !await TryTellAsync(client, socket))
            {
                await leg.CloseAsync(Reset);
                call.Complete();
                return;
            }

            if (await new TunnelEnd(leg, new SocketLocal(socket), Reset, time).RunAsync() is TunnelEnding.Ended or TunnelEnding.Closed { Here: true }) call.Complete();
        }
    }

    private static async Task<bool> TryTellAsync(ProxiedClient client, Socket socket)
    {
        try
        {
            if (ProxyHeader.Write(client) is not { } header) return false;
            await new SocketLocal(socket).SendAsync(header);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
