using Doorward.Core.Protocol;
using Grpc.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Doorward.Control.Feeds;

/// <summary>Opens one <see cref="GatewayStream"/> for each gateway that follows the log, and ends it when its gateway may no longer.</summary>
internal sealed class FeedService(ConnectedGateways gateways, IServiceProvider services, TimeProvider time, IHostApplicationLifetime lifetime) : Feed.FeedBase
{
    // A certificate is renewed at half its life; a stream that outlives it by this much belongs to a gateway that cannot.
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(5);

    public override async Task Follow(IAsyncStreamReader<GatewayMessage> requestStream, IServerStreamWriter<ControlMessage> responseStream, ServerCallContext context)
    {
        var caller = GatewayInterceptor.Caller(context);
        using var stream = ActivatorUtilities.CreateInstance<GatewayStream>(services, caller.Name);
        using var expiry = new CancellationTokenSource(caller.CertificateExpires + Grace - time.GetUtcNow(), time);
        using var life = CancellationTokenSource.CreateLinkedTokenSource(
            context.CancellationToken, lifetime.ApplicationStopping, expiry.Token, stream.Replaced);
        using var registration = gateways.Connect(stream);
        try
        {
            await stream.RunAsync(requestStream, responseStream, life.Token);
        }
        catch (OperationCanceledException) when (life.IsCancellationRequested)
        {
            throw new RpcException(new Status(StatusCode.Unavailable, "The stream ended; follow again."));
        }
    }
}
