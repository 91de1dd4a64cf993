using System.Net;
using Doorward.Core.Protocol;
using Doorward.Testing.Product;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Doorward.EndToEnd.Tests.Cuts;

/// <summary>A gRPC service behind a door, and a client of it: one stream both ways that never ends by itself.</summary>
internal sealed class GrpcPeer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GrpcPeer(WebApplication app) => _app = app;

    public string Address => _app.Urls.First();

    public static async Task<GrpcPeer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        var app = builder.Build();
        app.MapGrpcService<EchoService>();
        await app.StartAsync();
        return new GrpcPeer(app);
    }

    /// <summary>Opens a stream through the door; completes when one message has gone each way.</summary>
    public static async Task<LiveClient> OpenAsync(Visitor visitor, Uri door)
    {
        var handler = visitor.NewHandler();
        var channel = GrpcChannel.ForAddress(door, new GrpcChannelOptions { HttpHandler = handler });
        var call = new Feed.FeedClient(channel).Follow(new Metadata { { "cookie", visitor.CookieHeader(door.Host) } });
        await call.RequestStream.WriteAsync(new GatewayMessage { Ping = new Ping { Nonce = 7 } });
        Assert.True(await call.ResponseStream.MoveNext());
        Assert.Equal(7, call.ResponseStream.Current.Pong.Nonce);
        return LiveClient.Watch(new HttpMessageInvoker(handler), async cancellation =>
        {
            using (channel)
            using (call)
            {
                try
                {
                    await call.ResponseStream.MoveNext(cancellation);
                    return "end";
                }
                catch (RpcException end)
                {
                    return end.StatusCode.ToString();
                }
            }
        });
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private sealed class EchoService : Feed.FeedBase
    {
        public override async Task Follow(IAsyncStreamReader<GatewayMessage> requests, IServerStreamWriter<ControlMessage> responses, ServerCallContext context)
        {
            while (await requests.MoveNext(context.CancellationToken))
                await responses.WriteAsync(new ControlMessage { Pong = new Pong { Nonce = requests.Current.Ping.Nonce } });
        }
    }
}
