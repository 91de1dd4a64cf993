using System.Net;
using System.Net.WebSockets;
using System.Text;

namespace Doorward.Cli.Bench;

/// <summary>A kind of connection, and how one is opened.</summary>
internal sealed record OpenKind(string Name, Func<Door, string, CancellationToken, Task<OpenConnection.Stay>> OpenAsync);

/// <summary>Every kind that is measured, as people's browsers and scripts open them.</summary>
internal static class OpenKinds
{
    private static int sockets;

    public static IReadOnlyList<OpenKind> All { get; } =
    [
        new("http", KeepAliveAsync),
        new("h2", (door, cookie, cancel) => StreamAsync(door, "/events", HttpVersion.Version20, cookie, cancel)),
        new("websocket", WebSocketAsync),
        new("sse", (door, cookie, cancel) => StreamAsync(door, "/events", HttpVersion.Version11, cookie, cancel)),
        new("download", (door, cookie, cancel) => StreamAsync(door, "/download", HttpVersion.Version11, cookie, cancel)),
    ];

    /// <summary>One whole answer, and then the connection is kept, idle.</summary>
    private static async Task<OpenConnection.Stay> KeepAliveAsync(Door door, string cookie, CancellationToken cancel)
    {
        var stream = await door.Dialer.DialTlsAsync(door.Address.Host, cancel);
        var asked = $"GET / HTTP/1.1\r\nHost: {door.Address.Authority}\r\nAccept: application/json\r\nCookie: {cookie}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(asked), cancel);
        var block = new byte[4096];
        var answer = new StringBuilder();
        while (!answer.ToString().EndsWith("\r\n\r\nok", StringComparison.Ordinal))
        {
            var read = await stream.ReadAsync(block, cancel);
            answer.Append(Encoding.ASCII.GetString(block, 0, read));
            if (read == 0 || answer.Length > block.Length)
                throw new CommandFailure($"no answer over HTTP/1.1 but: {answer}", where: door.Address.Host);
        }

        return async stop =>
        {
            await using (stream)
                return await stream.ReadAsync(block, stop) == 0 ? "closed" : "spoken to";
        };
    }

    private static async Task<OpenConnection.Stay> StreamAsync(Door door, string path, Version version, string cookie, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(door.Address, path)) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        request.Headers.TryAddWithoutValidation("Cookie", cookie);
        request.Headers.TryAddWithoutValidation("Accept", "application/json");
        var response = await door.Client.SendAsync(request, cancel);
        if (response.StatusCode != HttpStatusCode.OK)
            throw new CommandFailure($"the door answered {(int)response.StatusCode}", where: $"{door.Address.Host}{path}");
        var body = await response.Content.ReadAsStreamAsync(cancel);
        var block = new byte[4096];
        await body.ReadAtLeastAsync(block, 1, cancellationToken: cancel);
        return async stop =>
        {
            using (response)
            {
                while (await body.ReadAsync(block, stop) > 0)
                {
                }

                return "end";
            }
        };
    }

    /// <summary>Over HTTP/1.1 and HTTP/2 in turn.</summary>
    private static async Task<OpenConnection.Stay> WebSocketAsync(Door door, string cookie, CancellationToken cancel)
    {
        var socket = new ClientWebSocket();
        socket.Options.HttpVersion = Interlocked.Increment(ref sockets) % 2 == 0 ? HttpVersion.Version11 : HttpVersion.Version20;
        socket.Options.HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        socket.Options.SetRequestHeader("Cookie", cookie);
        socket.Options.SetRequestHeader("Origin", door.Address.GetLeftPart(UriPartial.Authority));
        await socket.ConnectAsync(new UriBuilder(door.Address) { Scheme = "wss", Path = "/socket" }.Uri, door.Client, cancel);
        var block = new byte[4096];
        await socket.ReceiveAsync(block.AsMemory(), cancel);
        return async stop =>
        {
            while ((await socket.ReceiveAsync(block.AsMemory(), stop)).MessageType != WebSocketMessageType.Close)
            {
            }

            // As a browser does by itself, and not waited for: the end has been seen.
            _ = socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, stop)
                .ContinueWith(_ => socket.Dispose(), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            return $"{(int)socket.CloseStatus!}";
        };
    }
}
