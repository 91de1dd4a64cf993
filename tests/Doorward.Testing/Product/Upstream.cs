using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Doorward.Testing.Product;

/// <summary>
/// A private web application: <c>/</c> echoes the request's headers, <c>/drip</c> is an endless event stream, <c>/download</c> an endless
/// body, <c>/bytes?N</c> numbered lines of 16 bytes up to that length, <c>/ws</c> a WebSocket that echoes, <c>/upload</c> counts bytes. Knows how many requests reached it.
/// </summary>
public sealed class Upstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private long _requests;

    private Upstream(WebApplication app) => _app = app;

    public long Requests => Interlocked.Read(ref _requests);

    public string Address => _app.Services.GetRequiredService<Microsoft.AspNetCore.Hosting.Server.IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <param name="certificate">For TLS; null without.</param>
    public static Task<Upstream> StartAsync(X509Certificate2? certificate = null) =>
        StartAsync(new IPEndPoint(IPAddress.Loopback, 0), SocketTransportOptions.CreateDefaultBoundListenSocket, certificate);

    /// <param name="at">Where it listens.</param>
    /// <param name="bind">Makes the socket for that, on whichever machine.</param>
    /// <param name="certificate">For TLS; null without.</param>
    public static async Task<Upstream> StartAsync(IPEndPoint at, Func<EndPoint, Socket> bind, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.UseSockets(transport => transport.CreateBoundListenSocket = bind);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(at, listen =>
            {
                listen.Protocols = HttpProtocols.Http1;
                if (certificate is not null) listen.UseHttps(certificate);
            });
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        var app = builder.Build();
        var upstream = new Upstream(app);
        app.UseWebSockets();
        app.Use((context, next) =>
        {
            Interlocked.Increment(ref upstream._requests);
            return next(context);
        });
        app.Map("/drip", Drip);
        app.Map("/download", Download);
        app.Map("/bytes", Bytes);
        app.Map("/ws", EchoSocket);
        app.Map("/upload", Upload);
        app.MapFallback(Echo);
        await app.StartAsync();
        return upstream;
    }

    public async ValueTask DisposeAsync()
    {
        using var hurry = new CancellationTokenSource();
        await hurry.CancelAsync();
        await _app.StopAsync(hurry.Token);
        await _app.DisposeAsync();
    }

    private static Task Echo(HttpContext context) => context.Response.WriteAsync(
        $"{context.Request.Method} {context.Request.Path}{context.Request.QueryString}\n"
        + string.Concat(context.Request.Headers.Select(header => $"{header.Key}: {header.Value}\n")));

    private static async Task Drip(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.WriteAsync("data: \n\n", context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, context.RequestAborted);
        }
    }

    private static async Task Download(HttpContext context)
    {
        var block = new byte[16 * 1024];
        while (!context.RequestAborted.IsCancellationRequested)
        {
            await context.Response.Body.WriteAsync(block, context.RequestAborted);
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, context.RequestAborted);
        }
    }

    private static async Task Bytes(HttpContext context)
    {
        var left = long.Parse(context.Request.QueryString.Value![1..], CultureInfo.InvariantCulture);
        context.Response.ContentLength = left;

        // Lines of one length, each another: a part that is lost, moved or another's shows.
        var line = 0;
        for (var block = new StringBuilder(); left > 0; block.Clear())
        {
            while (block.Length < 64 * 1024) block.Append(CultureInfo.InvariantCulture, $"{line++:D15}\n");
            var bytes = Encoding.ASCII.GetBytes(block.ToString());
            await context.Response.Body.WriteAsync(bytes.AsMemory(0, (int)Math.Min(left, bytes.Length)), context.RequestAborted);
            left -= bytes.Length;
        }
    }

    private static async Task Upload(HttpContext context)
    {
        var block = new byte[64 * 1024];
        long total = 0;
        for (int read; (read = await context.Request.Body.ReadAsync(block, context.RequestAborted)) > 0;)
            total += read;
        await context.Response.WriteAsync(total.ToString());
    }

    private static async Task EchoSocket(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var block = new byte[4096];
        while (socket.State == WebSocketState.Open)
        {
            var received = await socket.ReceiveAsync(block.AsMemory(), context.RequestAborted);
            if (received.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
                return;
            }

            await socket.SendAsync(block.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        }
    }
}
