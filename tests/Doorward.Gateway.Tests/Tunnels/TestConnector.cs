using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Tests.Deciding;
using Doorward.Gateway.Tunnels;
using Doorward.Testing.Product;

namespace Doorward.Gateway.Tests.Tunnels;

/// <summary>A connector that speaks the real protocol and does what a test says: by default it dials whatever it is ordered, on loopback.</summary>
internal sealed class TestConnector : IAsyncDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly ConcurrentBag<TunnelLeg> _legs = [];
    private readonly TunnelCall _orders;
    private readonly ConcurrentBag<Task> _work = [];
    private readonly Task _reading;
    private int _served;
    private bool _isOver;

    private readonly ConcurrentBag<Stream> _connections;

    private TestConnector(HttpMessageInvoker http, TunnelCall orders, ConcurrentBag<Stream> connections)
    {
        (_http, _orders, _connections) = (http, orders, connections);
        _reading = ReadAsync();
    }

    // Not disposed: no handle of it was asked for.
    private SemaphoreSlim Writing { get; } = new(1);

    /// <summary>What is done with an order; a test may refuse, stall or lie. Null: it is dialled.</summary>
    public Func<TestConnector, ConnectorOrder, Task>? OnOrder { get; set; }

    /// <summary>How data connections are dialed; null when it cannot.</summary>
    public DataDial? Dial { get; set; }

    /// <summary>Whether pings are answered.</summary>
    public bool IsSilent { get; set; }

    public int Served => Volatile.Read(ref _served);

    public int Ordered => _work.Count;

    public ConcurrentQueue<ConnectorOrder> Orders { get; } = new();

    public Task Ended => _reading;

    /// <summary>Bytes of data that went into streams.</summary>
    public long Sent => _legs.Sum(static leg => leg.Sent);

    public static HttpMessageInvoker Client(DecidingGateway gateway, string path, TimeSpan? life = null, ConcurrentBag<Stream>? connections = null) =>
        Client(gateway, gateway.Plane.Certify(path, life), connections);

    public static HttpMessageInvoker Client(DecidingGateway gateway, X509Certificate2 certificate, ConcurrentBag<Stream>? connections = null)
    {
        var handler = Visitor.NewHandler(gateway.Port, gateway.CaFile);
        handler.EnableMultipleHttp2Connections = true;
        var connect = handler.ConnectCallback!;
        handler.ConnectCallback = async (context, ct) =>
        {
            var connection = await connect(context, ct);
            connections?.Add(connection);
            return connection;
        };
        handler.SslOptions.ClientCertificates = [certificate];
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        return new HttpMessageInvoker(handler);
    }

    /// <summary>Connected; ready for orders once the gateway has read what it says of itself.</summary>
    public static async Task<TestConnector> StartAsync(DecidingGateway gateway, string connector = "hq", string replica = "rep1", TimeSpan? life = null)
    {
        var connections = new ConcurrentBag<Stream>();
        var http = Client(gateway, $"/connector/{connector}/{replica}", life, connections);
        var (call, refusal) = await TunnelCall.OpenAsync(http, new HttpRequestMessage(HttpMethod.Post, TestPerson.Origin + TunnelPaths.Orders), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        Assert.True(call is not null, $"{refusal?.StatusCode}");
        var started = new TestConnector(http, call, connections);
        await started.HelloAsync(draining: false);
        await Eventually.TrueAsync(
            () => gateway.Part<Connectors>().Replicas.Any(one => one.Connector == connector && one.Id == replica && one.Orders is not null), "it is known to be there");
        return started;
    }

    public Task HelloAsync(bool draining) => SayAsync(new ConnectorMessage { Hello = new ConnectorHello("test", draining) });

    /// <summary>Asks something on its own connections: status and the code of a refusal.</summary>
    public Task<(int Status, string Code)> AskAsync(string path, HttpMethod? method = null) => AskAsync(_http, path, method);

    public static async Task<(int Status, string Code)> AskAsync(HttpMessageInvoker http, string path, HttpMethod? method = null, Version? version = null)
    {
        using var request = new HttpRequestMessage(method ?? HttpMethod.Post, TestPerson.Origin + path) { Version = version ?? HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var response = await http.SendAsync(request, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
        if (response.StatusCode == HttpStatusCode.OK) return (200, "");
        var text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? "" : JsonSerializer.Deserialize<JsonElement>(text).GetProperty("code").GetString()!);
    }

    public Task SayAsync(ConnectorMessage message) => WriteAsync(TunnelFrameKind.Message, JsonSerializer.SerializeToUtf8Bytes(message, TunnelJson.Default.ConnectorMessage));

    public async Task WriteAsync(TunnelFrameKind kind, ReadOnlyMemory<byte> payload)
    {
        await Writing.WaitAsync();
        try
        {
            if (_isOver) return;
            new TunnelFrame(kind, payload.Length).Write(_orders.Outgoing.GetSpan(TunnelFrame.HeaderLength));
            _orders.Outgoing.Advance(TunnelFrame.HeaderLength);
            _orders.Outgoing.Write(payload.Span);
            await _orders.Outgoing.FlushAsync();
        }
        finally
        {
            Writing.Release();
        }
    }

    /// <summary>Writes whatever bytes on the stream of orders.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        // Pings are answered meanwhile.
        await Writing.WaitAsync();
        try
        {
            _orders.Outgoing.Write(bytes.Span);
            await _orders.Outgoing.FlushAsync();
        }
        finally
        {
            Writing.Release();
        }
    }

    /// <summary>Opens the stream for an order; null when the gateway does not take it.</summary>
    public async Task<TunnelCall?> OpenAsync(string order)
    {
        var (call, refusal) = await TunnelCall.OpenAsync(_http, new HttpRequestMessage(HttpMethod.Post, TestPerson.Origin + TunnelPaths.Streams + order), CancellationToken.None, Dial).WaitAsync(TimeSpan.FromSeconds(20));
        refusal?.Dispose();
        return call;
    }

    /// <summary>What a connector does: dials, and copies until either side has ended.</summary>
    public async Task DialAsync(ConnectorOrder order, Func<Task>? opened = null)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync("127.0.0.1", order.Port);
        if (await OpenAsync(order.Id) is not { } call) return;
        await using (call)
        {
            Interlocked.Increment(ref _served);
            if (opened is not null) await opened();
            await using var leg = new TunnelLeg(call.Incoming, call.Outgoing, TimeProvider.System, dial: call.Dial);
            _legs.Add(leg);
            var ending = await new TunnelEnd(leg, new SocketLocal(socket), new TunnelClose(TunnelCloseCodes.TargetReset, "the target broke off"), TimeProvider.System).RunAsync();
            if (ending is TunnelEnding.Ended or TunnelEnding.Closed { Here: true }) call.Complete();
        }
    }

    /// <summary>As a machine that loses its power, but for the gateway's noticing it.</summary>
    public void Kill()
    {
        foreach (var connection in _connections) ((NetworkStream)connection).Socket.Close(0);
    }

    public async ValueTask DisposeAsync()
    {
        if (_isOver) return;
        await Writing.WaitAsync();
        _isOver = true;
        Writing.Release();
        await _orders.DisposeAsync();
        _http.Dispose();
        await _reading.WaitAsync(TimeSpan.FromSeconds(20));
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
