using System.Net;
using System.Net.WebSockets;

namespace Doorward.Testing.Product;

/// <summary>One long-lived connection of a visitor: knows when it ended, and for a WebSocket with which words.</summary>
public sealed class LiveClient : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly HttpMessageInvoker _invoker;
    private readonly Task<Ending> _ended;
    private long _bytes;

    private LiveClient(HttpMessageInvoker invoker, Func<LiveClient, CancellationToken, Task<string>> run)
    {
        _invoker = invoker;
        _ended = RunAsync(run);
    }

    /// <summary>Completes when the client sees the end, however it comes.</summary>
    public Task<Ending> Ended => _ended;

    public long Bytes => Interlocked.Read(ref _bytes);

    /// <summary>Opens a streamed GET; completes when the first byte has come.</summary>
    public static async Task<LiveClient> OpenStreamAsync(int port, string caFile, string url, string cookies, Version version)
    {
        var invoker = new HttpMessageInvoker(Visitor.NewHandler(port, caFile));
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("Cookie", cookies);
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        var response = await invoker.SendAsync(request, CancellationToken.None);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new InvalidOperationException($"{url} -> {(int)response.StatusCode}");
        var body = await response.Content.ReadAsStreamAsync();
        var block = new byte[16 * 1024];
        var first = await body.ReadAsync(block);
        return new LiveClient(invoker, async (client, cancellation) =>
        {
            Interlocked.Add(ref client._bytes, first);
            for (int read; (read = await body.ReadAsync(block, cancellation)) > 0;)
                Interlocked.Add(ref client._bytes, read);
            return "end of stream";
        });
    }

    /// <summary>Opens a WebSocket over HTTP/1.1 or HTTP/2 and exchanges one message.</summary>
    public static async Task<LiveClient> OpenWebSocketAsync(int port, string caFile, string url, string cookies, Version version)
    {
        var invoker = new HttpMessageInvoker(Visitor.NewHandler(port, caFile));
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = version;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.SetRequestHeader("Cookie", cookies);
        var target = new Uri(url);
        socket.Options.SetRequestHeader("Origin", target.GetLeftPart(UriPartial.Authority));
        await socket.ConnectAsync(new UriBuilder(target) { Scheme = "wss" }.Uri, invoker, CancellationToken.None);
        await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, true, CancellationToken.None);
        var block = new byte[4096];
        await socket.ReceiveAsync(block, CancellationToken.None);
        return new LiveClient(invoker, async (client, cancellation) =>
        {
            using (socket)
            {
                for (; ; )
                {
                    var received = await socket.ReceiveAsync(block.AsMemory(), cancellation);
                    if (received.MessageType == WebSocketMessageType.Close)
                        return $"{(int?)socket.CloseStatus} {socket.CloseStatusDescription}";
                    Interlocked.Add(ref client._bytes, received.Count);
                }
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _ended;
        _invoker.Dispose();
        _stop.Dispose();
    }

    private async Task<Ending> RunAsync(Func<LiveClient, CancellationToken, Task<string>> run)
    {
        await Task.Yield();
        string how;
        try
        {
            how = await run(this, _stop.Token);
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException or WebSocketException or OperationCanceledException)
        {
            how = exception.GetBaseException().Message;
        }

        return new Ending(TimeProvider.System.GetTimestamp(), how);
    }
}

/// <summary>When (<see cref="TimeProvider.GetTimestamp"/> of the system's clock) and how a connection ended.</summary>
public sealed record Ending(long Timestamp, string How);
