using System.Security.Cryptography.X509Certificates;
using Doorward.Agent.State;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Connector;

/// <summary>A stream of orders that is open, and the connection that their streams go over.</summary>
internal sealed class ServedGateway
{
    // Orders that were given before a draining was heard of are older than that.
    private static readonly TimeSpan OrdersAge = TimeSpan.FromSeconds(20);

    // A certificate that is half over as it comes, by this machine's clock, is not renewed without end.
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(5);
    private readonly GatewayConnection _connection;
    private readonly TunnelCall _call;
    private readonly OrdersChannel _channel;
    private readonly TimeProvider _time;
    private readonly Task _running;

    public ServedGateway(GatewayConnection connection, TunnelCall call, OrderDesk desk, TimeProvider time, CancellationToken breakOff)
    {
        (_connection, _call, _time) = (connection, call, time);
        _channel = new OrdersChannel(call, time);
        Ending = CancellationTokenSource.CreateLinkedTokenSource(breakOff);
        _running = RunAsync(desk, breakOff);
    }

    // Not disposed: no handle of it was asked for.
    private CancellationTokenSource Ending { get; }

    public X509Certificate2 Certificate => _connection.Certificate;

    public Task SayAsync(ConnectorHello hello) => _channel.SendAsync(new ConnectorMessage { Hello = hello });

    /// <summary>True when its certificate is half over and it is there still; false when it was lost.</summary>
    public async Task<bool> LastsAsync(CancellationToken stop)
    {
        var left = SessionFile.HalfOver(_connection.Certificate) - _time.GetUtcNow();
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var halfOver = Task.Delay(left > Shortest ? left : Shortest, _time, lost.Token);
        var first = await Task.WhenAny(_running, halfOver);
        await lost.CancelAsync();
        stop.ThrowIfCancellationRequested();
        return first != _running;
    }

    /// <summary>Takes no more orders; what is open goes on.</summary>
    public async Task RetireAsync(ConnectorHello hello)
    {
        await SayAsync(hello with { Draining = true });
        await Task.WhenAny(_running, Task.Delay(OrdersAge, _time));
        await Ending.CancelAsync();
    }

    private async Task RunAsync(OrderDesk desk, CancellationToken breakOff)
    {
        await using (_call)
        {
            await _channel.RunAsync(order => desk.Take(order, _channel, _connection, breakOff), Ending.Token);
            await _channel.SettleAsync();
        }

        _connection.Release();
    }
}
