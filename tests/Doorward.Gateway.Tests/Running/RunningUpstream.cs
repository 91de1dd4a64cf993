using System.Collections.Concurrent;
using System.Net;
using System.Net.WebSockets;
using System.Text;
using Doorward.Core.Applications;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Gateway.Tests.Running;

/// <summary>An application behind the gateway: says what it was asked, or answers in the ways that the paths name.</summary>
internal sealed class RunningUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<string> _targets = new();
    private int _requests;

    private RunningUpstream(WebApplication app) => _app = app;

    public int Requests => Volatile.Read(ref _requests);

    /// <summary>What was asked, as it stood in the request line.</summary>
    public IEnumerable<string> Targets => _targets;

    /// <summary>Completes when a request that never ends by itself has been ended.</summary>
    public TaskCompletionSource Ended { get; private set; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Uri Address { get; private set; } = null!;

    public static async Task<RunningUpstream> StartAsync(
        HttpProtocols protocols = HttpProtocols.Http1, Action<ListenOptions>? listen = null, string scheme = "http", string name = "127.0.0.1", bool failing = false)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            options.RequestHeaderEncodingSelector = _ => Encoding.Latin1;
            options.Limits.MaxRequestBodySize = null;
            options.Limits.MinRequestBodyDataRate = null;
            options.Listen(IPAddress.Loopback, 0, listener =>
            {
                listener.Protocols = protocols;
                listen?.Invoke(listener);
            });
        });
        var app = builder.Build();
        var upstream = new RunningUpstream(app);
        app.UseWebSockets();
        app.Run(failing ? upstream.FailAsync : upstream.AnswerAsync);
        await app.StartAsync();
        upstream.Address = new Uri($"{scheme}://{name}:{new Uri(app.Urls.First()).Port}");
        return upstream;
    }

    public ApplicationDefinition Application(params string[] hosts) => new()
    {
        Name = "wiki",
        Hosts = [.. hosts.Length == 0 ? ["wiki.test"] : hosts],
        Upstreams = [new(Address)],
    };

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private Task FailAsync(HttpContext context)
    {
        Note(context);
        context.Response.StatusCode = 503;
        return Task.CompletedTask;
    }

    private void Note(HttpContext context)
    {
        _targets.Enqueue(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        Interlocked.Increment(ref _requests);
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Note(context);
        try
        {
            await (context.Request.Path.Value switch
            {
                "/sse" => SpeakAsync(context),
                "/download" => DownloadAsync(context),
                "/upload" => UploadAsync(context),
                "/pending" => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted),
                "/ws" => WebSocketAsync(context),
                "/chat" => ChatAsync(context),
                "/quiet" => StayQuietAsync(context),
                "/refused" => RefuseCallAsync(context),
                "/in-our-name" => InOurNameAsync(context),
                "/fail" => Task.FromResult(context.Response.StatusCode = 503),
                _ => EchoAsync(context),
            });
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or WebSocketException)
        {
            Ended.TrySetResult();
        }
    }

    private static Task EchoAsync(HttpContext context)
    {
        var text = new StringBuilder();
        text.Append(context.Request.Method).Append(' ').AppendLine(context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        foreach (var (name, values) in context.Request.Headers)
        {
            foreach (var value in values) text.Append(name).Append(": ").AppendLine(value);
        }

        return context.Response.WriteAsync(text.ToString());
    }

    private static async Task SpeakAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        while (true)
        {
            await context.Response.WriteAsync("data: tick\n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, context.RequestAborted);
        }
    }

    private static async Task StayQuietAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        await context.Response.Body.FlushAsync(context.RequestAborted);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);
    }

    private static async Task DownloadAsync(HttpContext context)
    {
        var chunk = new byte[16 * 1024];
        while (true) await context.Response.Body.WriteAsync(chunk, context.RequestAborted);
    }

    private static async Task UploadAsync(HttpContext context)
    {
        long total = 0;
        var buffer = new byte[64 * 1024];
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is var count and > 0) total += count;
        await context.Response.WriteAsync($"{total}");
    }

    // As a gRPC stream in both directions: answers while it is still being asked, and ends with trailers.
    private static async Task ChatAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.FlushAsync(context.RequestAborted);
        var buffer = new byte[1024];
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is var count and > 0)
        {
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, count), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }

        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static Task RefuseCallAsync(HttpContext context)
    {
        context.Response.ContentType = "application/grpc";
        context.Response.Headers["grpc-status"] = "16";
        return Task.CompletedTask;
    }

    // Speaks first, then echoes; "flood" makes it send for ever.
    private static async Task WebSocketAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        await socket.SendAsync(Encoding.UTF8.GetBytes("hello"), WebSocketMessageType.Text, true, context.RequestAborted);
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var received = await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted);
            if (received.MessageType == WebSocketMessageType.Close) break;
            var flood = Encoding.UTF8.GetString(buffer.AsSpan(0, received.Count)) == "flood";
            do await socket.SendAsync(buffer.AsMemory(0, flood ? buffer.Length : received.Count), WebSocketMessageType.Binary, true, context.RequestAborted);
            while (flood);
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "bye", context.RequestAborted);
    }

    private static Task InOurNameAsync(HttpContext context)
    {
        context.Response.Headers.Append("Doorward-User", "root");
        context.Response.Headers.SetCookie = new(
        [
            "__Host-doorward-auth=x; Secure; Path=/", "__Host-doorward=stolen; Secure; Path=/", " __host-DOORWARD-flow-1=x", "=__Host-doorward=nameless", "theirs=1; Path=/",
        ]);
        return context.Response.WriteAsync("done");
    }
}
