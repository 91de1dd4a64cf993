using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net.Sockets;
using System.Text.Json;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Tests.Deciding;
using Doorward.Testing.Product;

namespace Doorward.Gateway.Tests.Tunnels;

/// <summary>A connector that speaks the real protocol and does what a test says: by default it dials whatever it is ordered, on loopback.</summary>
internal sealed class TestConnector : IAsyncDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly TunnelCall _orders;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ConcurrentBag<Task> _work = [];
    private readonly Task _reading;
    private int _served;

    private TestConnector(HttpMessageInvoker http, TunnelCall orders)
    {
        (_http, _orders) = (http, orders);
        _reading = ReadAsync();
    }

    /// <summary>What is done with an order; a test may refuse, stall or lie. Null: it is dialled.</summary>
    public Func<TestConnector, ConnectorOrder, Task>? OnOrder { get; set; }

    /// <summary>Whether pings are answered.</summary>
    public bool IsSilent { get; set; }

    public int Served => Volatile.Read(ref _served);

    public int Ordered => _work.Count;

    public ConcurrentQueue<ConnectorOrder> Orders { get; } = new();

    public Task Ended => _reading;

    public static HttpMessageInvoker Client(DecidingGateway gateway, string path, TimeSpan? life = null)
    {
        var handler = Visitor.NewHandler(gateway.Port, gateway.CaFile);
        handler.EnableMultipleHttp2Connections = true;
        var certificate = gateway.Plane.Certify(path, life);
        handler.SslOptions.ClientCertificates = [certificate];
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        return new HttpMessageInvoker(handler);
    }

    public static async Task<TestConnector> StartAsync(DecidingGateway gateway, string connector = "hq", string replica = "rep1")
    {
        var http = Client(gateway, $"/connector/{connector}/{replica}");
        var (call, refusal) = await TunnelCall.OpenAsync(http, new HttpRequestMessage(HttpMethod.Post, TestPerson.Origin + TunnelPaths.Orders), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.True(call is not null, $"{refusal?.StatusCode}");
        var started = new TestConnector(http, call);
        await started.SayAsync(new ConnectorMessage { Hello = new ConnectorHello("test", Draining: false) });
        return started;
    }

    public Task SayAsync(ConnectorMessage message) => WriteAsync(TunnelFrameKind.Message, JsonSerializer.SerializeToUtf8Bytes(message, TunnelJson.Default.ConnectorMessage));

    public async Task WriteAsync(TunnelFrameKind kind, ReadOnlyMemory<byte> payload)
    {
        await _writing.WaitAsync();
        try
        {
            new TunnelFrame(kind, payload.Length).Write(_orders.Outgoing.GetSpan(TunnelFrame.HeaderLength));
            _orders.Outgoing.Advance(TunnelFrame.HeaderLength);
            _orders.Outgoing.Write(payload.Span);
            await _orders.Outgoing.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    /// <summary>Opens the stream for an order; null when the gateway does not take it.</summary>
    public async Task<TunnelCall?> OpenAsync(string order)
    {
        var (call, refusal) = await TunnelCall.OpenAsync(_http, new HttpRequestMessage(HttpMethod.Post, TestPerson.Origin + TunnelPaths.Streams + order), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        refusal?.Dispose();
        return call;
    }

    /// <summary>What a connector does: dials, and copies until either side has ended.</summary>
    public async Task DialAsync(ConnectorOrder order)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", order.Port);
        if (await OpenAsync(order.Id) is not { } call) return;
        await using (call)
        {
            Interlocked.Increment(ref _served);
            await using var leg = new TunnelLeg(call.Incoming, call.Outgoing, TimeProvider.System);
            var ending = await new TunnelEnd(leg, new SocketLocal(socket), new TunnelClose(TunnelCloseCodes.TargetReset, "the target broke off"), TimeProvider.System).RunAsync();
            if (ending is TunnelEnding.Ended) call.Complete();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _orders.DisposeAsync();
        _http.Dispose();
        await _reading.WaitAsync(TimeSpan.FromSeconds(20));
        _writing.Dispose();
    }

    private async Task ReadAsync()
    {
        try
        {
            while (true)
            {
                var read = await _orders.Incoming.ReadAsync();
                var rest = read.Buffer;
                while (rest.Length >= TunnelFrame.HeaderLength)
                {
                    Assert.True(TunnelFrame.TryRead(rest.Slice(0, TunnelFrame.HeaderLength).ToArray(), out var frame));
                    if (rest.Length < TunnelFrame.HeaderLength + frame.Length) break;
                    await TakeAsync(frame.Kind, rest.Slice(TunnelFrame.HeaderLength, frame.Length).ToArray());
                    rest = rest.Slice(TunnelFrame.HeaderLength + frame.Length);
                }

                _orders.Incoming.AdvanceTo(rest.Start, rest.End);
                if (read.IsCompleted) return;
            }
        }
        catch (Exception problem) when (problem is IOException or OperationCanceledException or HttpRequestException or ObjectDisposedException or InvalidOperationException)
        {
            // The gateway is gone, or this is.
        }
    }

    private async Task TakeAsync(TunnelFrameKind kind, byte[] payload)
    {
        if (kind == TunnelFrameKind.Ping && !IsSilent) await WriteAsync(TunnelFrameKind.Pong, payload);
        if (kind != TunnelFrameKind.Message) return;
        var order = JsonSerializer.Deserialize(payload, TunnelJson.Default.ConnectorOrder)!;
        Orders.Enqueue(order);
        _work.Add(Task.Run(() => OnOrder is { } other ? other(this, order) : DialAsync(order)));
    }
}
