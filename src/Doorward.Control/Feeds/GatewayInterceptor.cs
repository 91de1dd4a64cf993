using Doorward.Control.Certificates;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Doorward.Control.Feeds;

/// <summary>Refuses every call that a gateway in good standing does not make; <see cref="MembershipService"/> alone decides for itself.</summary>
internal sealed class GatewayInterceptor(GatewayAuthentication authentication) : Interceptor
{
    private const string CallerKey = "gateway";

    public static GatewayCaller Caller(ServerCallContext context) => (GatewayCaller)context.UserState[CallerKey];

    public override async Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        await RequireAsync(context);
        return await continuation(request, context);
    }

    public override async Task DuplexStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, IServerStreamWriter<TResponse> responseStream, ServerCallContext context,
        DuplexStreamingServerMethod<TRequest, TResponse> continuation)
    {
        await RequireAsync(context);

        // A quiet gateway is no slow loris: Kestrel would abort its stream after five seconds.
        if (context.GetHttpContext().Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }

        await continuation(requestStream, responseStream, context);
    }

    public override Task<TResponse> ClientStreamingServerHandler<TRequest, TResponse>(
        IAsyncStreamReader<TRequest> requestStream, ServerCallContext context, ClientStreamingServerMethod<TRequest, TResponse> continuation) =>
        throw new RpcException(new Status(StatusCode.Unimplemented, "The contract has no such call."));

    public override Task ServerStreamingServerHandler<TRequest, TResponse>(
        TRequest request, IServerStreamWriter<TResponse> responseStream, ServerCallContext context, ServerStreamingServerMethod<TRequest, TResponse> continuation) =>
        throw new RpcException(new Status(StatusCode.Unimplemented, "The contract has no such call."));

    private async Task RequireAsync(ServerCallContext context)
    {
        if (context.Method.StartsWith("/doorward.v1.Membership/", StringComparison.Ordinal))
        {
            return;
        }

        context.UserState[CallerKey] = await authentication.CallerAsync(context.GetHttpContext())
            ?? throw new RpcException(new Status(StatusCode.Unauthenticated, "The client certificate names no gateway in good standing."));
    }
}
