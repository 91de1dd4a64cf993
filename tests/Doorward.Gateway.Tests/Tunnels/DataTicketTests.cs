using System.IO.Pipelines;
using System.Net.Security;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Connections;
using Doorward.Gateway.Tests.Deciding;
using Doorward.Gateway.Tunnels;
using Doorward.Testing.Tunnels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Gateway.Tests.Tunnels;

/// <summary>For how long tickets, those who show none, and those who have not left are waited for.</summary>
public sealed class DataTicketTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private readonly FakeTimeProvider _time = new();
    private readonly DataConnections _connections;

    public DataTicketTests() => _connections = new DataConnections(
        new GatewayOptions { Name = "gw1", ControlPlane = new Uri("https://plane.test"), TrustDomain = "door.test", DataDirectory = "", Listen = [] }, _time);

    [Fact]
    public async Task A_ticket_is_good_for_15_seconds_and_goes_with_its_tunnel()
    {
        await using (var tunnel = await Offered.StartAsync(_connections, _time))
        {
            _time.Advance(TimeSpan.FromSeconds(14));
            Assert.Equal(1, _connections.Held);
            _time.Advance(TimeSpan.FromSeconds(2));
            await Eventually.TrueAsync(() => _connections.Held == 0, "it is not good any more");
            var (serving, pair) = await ShowAsync(tunnel.Ticket);
            await serving.WaitAsync(Soon);
            Assert.False(tunnel.HasMoved);
            await pair.Dialed.DisposeAsync();
        }

        var left = await Offered.StartAsync(_connections, _time);
        Assert.Equal(1, _connections.Held);
        await left.DisposeAsync();
        await Eventually.TrueAsync(() => _connections.Held == 0, "it went with its tunnel");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(DataConnection.TicketBytes - 1)]
    public async Task Who_shows_none_or_half_of_one_is_waited_for_5_seconds_however_it_comes(int bytes)
    {
        await using var tunnel = await Offered.StartAsync(_connections, _time);
        var (serving, pair) = await ShowAsync([]);
        for (var i = 0; i < 4; i++)
        {
            await pair.Dialed.WriteAsync(tunnel.Ticket.AsMemory(i * bytes / 4, bytes / 4));
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.False(serving.IsCompleted);
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        await serving.WaitAsync(Soon);
        Assert.False(tunnel.HasMoved);
        Assert.Equal(1, _connections.Held);
        await pair.Dialed.DisposeAsync();
    }

    [Fact]
    public async Task Who_does_not_take_the_last_of_it_is_counted_until_it_has_left_and_waited_for_a_minute()
    {
        var tunnel = await Offered.StartAsync(_connections, _time);
        await tunnel.EndAsync(isGateway: false);
        var (serving, pair) = await ShowAsync(tunnel.Ticket);
        await Eventually.TrueAsync(() => tunnel.HasMoved, "it has moved");
        await tunnel.EndAsync(isGateway: true);
        var disposing = tunnel.DisposeAsync().AsTask();
        while (!disposing.IsCompleted) await PassAsync(1);
        Assert.Equal(1, _connections.Held);
        await PassAsync(50);
        Assert.False(serving.IsCompleted);
        await Eventually.TrueAsync(
            async () =>
            {
                await PassAsync(1);
                return serving.IsCompleted;
            },
            "the minute is over");
        Assert.Equal(0, _connections.Held);
        await pair.Dialed.DisposeAsync();
    }

    private async Task PassAsync(int seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
    }

    private async Task<(Task Serving, TlsPair Pair)> ShowAsync(byte[] said)
    {
        var pair = await TlsPair.OpenAsync();
        var connection = new DefaultConnectionContext();
        connection.Features.Set<ISslStreamFeature>(new Secured(pair.Accepted));
        connection.Features.Set(new ClientConnection(connection, null));
        await pair.Dialed.WriteAsync(said);
        return (_connections.ServeAsync(connection), pair);
    }

    private sealed record Secured(SslStream SslStream) : ISslStreamFeature;

    /// <summary>A tunnel to whose other side one was offered.</summary>
    private sealed class Offered : IAsyncDisposable
    {
        private readonly Pipe _up = new(new PipeOptions(useSynchronizationContext: false));
        private readonly Pipe _down = new(new PipeOptions(useSynchronizationContext: false));
        private readonly TaskCompletionSource<byte[]> _ticket = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TunnelLeg _near;
        private readonly TunnelLeg _far;

        private Offered(DataConnections connections, TimeProvider time)
        {
            _near = new TunnelLeg(_up.Reader, _down.Writer, time);
            _far = new TunnelLeg(_down.Reader, _up.Writer, time, dial: (ticket, _) =>
            {
                _ticket.TrySetResult(ticket.ToArray());
                return Task.FromResult<DataConnection?>(null);
            });
            var context = new DefaultHttpContext();
            context.Request.Headers[DataConnection.Header] = "1";
            connections.Watch(_near, context, (new SessionAllowance(), 10));
        }

        public byte[] Ticket => _ticket.Task.Result;

        /// <summary>Whether the gateway's side goes elsewhere: this one has nothing there, and is lost.</summary>
        public bool HasMoved => _far.Ending.IsCompleted;

        public static async Task<Offered> StartAsync(DataConnections connections, TimeProvider time)
        {
            var offered = new Offered(connections, time);
            var reading = DrainAsync(offered._far);
            for (var left = DataConnection.WorthBytes; left > 0; left -= 64 * 1024) await offered._near.SendAsync(new byte[64 * 1024]);
            await offered._ticket.Task.WaitAsync(Soon);
            return offered;
        }

        /// <summary>This side's way, or the gateway's.</summary>
        public ValueTask EndAsync(bool isGateway) => (isGateway ? _near : _far).EndAsync();

        public async ValueTask DisposeAsync()
        {
            await _near.DisposeAsync();
            await _far.DisposeAsync();
        }

        private static async Task DrainAsync(TunnelLeg leg)
        {
            try
            {
                while (await leg.ReadAsync() is var arrived && !(arrived.IsCompleted && arrived.Buffer.IsEmpty)) leg.Consume(arrived.Buffer.End);
            }
            catch (TunnelOverException)
            {
                // The test is over.
            }
        }
    }
}
