using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Doorward.Cli.Bench;

/// <summary>The application behind the doors: <c>/</c> answers at once, <c>/events</c>, <c>/download</c> and <c>/socket</c> never end by themselves.</summary>
internal sealed class BenchUpstream : IAsyncDisposable
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly byte[] Event = "data: tick\n\n"u8.ToArray();
    private readonly WebApplication application;

    private BenchUpstream(WebApplication application) => this.application = application;

    public string Address => application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    public static async Task<BenchUpstream> StartAsync(CancellationToken cancel)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, listener => listener.Protocols = HttpProtocols.Http1);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        var application = builder.Build();
        application.UseWebSockets();
        application.Run(context => context.Request.Path.Value switch
        {
            "/events" => SendAsync(context, "text/event-stream", Event, Beat),
            "/download" => SendAsync(context, "application/octet-stream", new byte[4096], Beat / 4),
            "/socket" => TalkAsync(context),
            _ => AnswerAsync(context),
        });
        await application.StartAsync(cancel);
        return new BenchUpstream(application);
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private static Task AnswerAsync(HttpContext context)
    {
        context.Response.ContentLength = 2;
        return context.Response.WriteAsync("ok");
    }

    private static async Task SendAsync(HttpContext context, string type, byte[] block, TimeSpan every)
    {
        context.Response.ContentType = type;
        using var beats = new PeriodicTimer(every, TimeProvider.System);
        try
        {
            do
            {
                await context.Response.Body.WriteAsync(block, context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
            while (await beats.WaitForNextTickAsync(context.RequestAborted));
        }
        catch (OperationCanceledException)
        {
            // Cut, as it should be.
        }
    }

    private static async Task TalkAsync(HttpContext context)
    {
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var heard = new byte[256];
        try
        {
            await socket.SendAsync("hello"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, context.RequestAborted);
            while ((await socket.ReceiveAsync(heard.AsMemory(), context.RequestAborted)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception over) when (over is OperationCanceledException or WebSocketException)
        {
            // Cut, as it should be.
        }
    }
}
