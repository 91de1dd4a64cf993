using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Text;

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
    public static async Task<LiveClient> OpenStreamAsync(int port, string caFile, string url, string cookies, Version version, string? authorization = null)
    {
        var invoker = new HttpMessageInvoker(Visitor.NewHandler(port, caFile));
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("Cookie", cookies);
        request.Headers.TryAddWithoutValidation("Accept", "text/event-stream");
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
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

    /// <summary>Opens an upload that never ends by itself; completes when some of it has left.</summary>
    public static async Task<LiveClient> OpenUploadAsync(int port, string caFile, string url, string cookies, Version version)
    {
        var invoker = new HttpMessageInvoker(Visitor.NewHandler(port, caFile));
        var content = new EndlessContent();
        var request = new HttpRequestMessage(HttpMethod.Post, url) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact, Content = content };
        request.Headers.TryAddWithoutValidation("Cookie", cookies);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        var client = new LiveClient(invoker, async (_, cancellation) =>
        {
            using (request)
            {
                using var response = await invoker.SendAsync(request, cancellation);
                return $"answered {(int)response.StatusCode}";
            }
        });
        await Task.WhenAny(content.Begun, client.Ended);
        return client;
    }

    /// <summary>Asks once over HTTP/1.1 and keeps the connection, idle.</summary>
    public static async Task<LiveClient> OpenIdleAsync(int port, string caFile, string url, string cookies)
    {
        var handler = Visitor.NewHandler(port, caFile);
        var target = new Uri(url);
        var tls = new SslStream(await handler.ConnectCallback!(null!, CancellationToken.None));
        handler.SslOptions.TargetHost = target.Host;
        await tls.AuthenticateAsClientAsync(handler.SslOptions);
        await tls.WriteAsync(Encoding.ASCII.GetBytes($"HEAD {target.PathAndQuery} HTTP/1.1\r\nHost: {target.Authority}\r\nCookie: {cookies}\r\n\r\n"));
        var head = "";
        var block = new byte[4096];
        while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            var read = await tls.ReadAsync(block);
            head += read > 0 ? Encoding.ASCII.GetString(block, 0, read) : throw new InvalidOperationException($"{url} -> {head}");
        }

        if (!head.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
            throw new InvalidOperationException($"{url} -> {head}");
        return Watch(new HttpMessageInvoker(handler), async cancellation =>
        {
            await using (tls)
                return await tls.ReadAsync(block, cancellation) == 0 ? "closed" : "spoken to";
        });
    }

    /// <summary>Watches a connection that was opened otherwise.</summary>
    public static LiveClient Watch(HttpMessageInvoker invoker, Func<CancellationToken, Task<string>> run) => new(invoker, (_, cancellation) => run(cancellation));

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

    private sealed class EndlessContent : HttpContent
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            var block = new byte[1024];
            for (var sent = 0; ; sent++)
            {
                await stream.WriteAsync(block, cancellationToken);
                await stream.FlushAsync(cancellationToken);
                if (sent == 3)
                    _begun.TrySetResult();
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}

/// <summary>When (<see cref="TimeProvider.GetTimestamp"/> of the system's clock) and how a connection ended.</summary>
public sealed record Ending(long Timestamp, string How);
