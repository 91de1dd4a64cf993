using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Hosting;

/// <summary>Lets a request reach an endpoint only through the face it is meant for: gRPC and what is marked so by components, what devices and connectors ask by each of them, the API alone by the socket and by pages of our own.</summary>
internal sealed class FaceGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        var component = metadata?.GetMetadata<GrpcMethodMetadata>() is not null || metadata?.GetMetadata<ForComponents>() is not null;
        var device = metadata?.GetMetadata<ForDevices>() is not null;
        var connector = metadata?.GetMetadata<ForConnectors>() is not null;
        var people = !component && !device && !connector;
        var open = context.GetFace() switch
        {
            Face.Component => component,
            Face.Device => device,
            Face.Connector => connector,
            Face.Web => people,
            Face.Local => people && IsLocal(context.Request.Path),
            Face.Console => people && context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal),
            _ => false,
        };
        if (open)
        {
            return next(context);
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static bool IsLocal(PathString path) =>
        path.StartsWithSegments("/api", StringComparison.Ordinal) || path.StartsWithSegments("/health", StringComparison.Ordinal)
        || path.StartsWithSegments("/openapi", StringComparison.Ordinal);
}

/// <summary>Marks an endpoint that components call without gRPC. It demands no certificate: what it answers is for anyone.</summary>
internal sealed record ForComponents;

/// <summary>Marks an endpoint for devices that showed their certificate to a gateway.</summary>
internal sealed record ForDevices;

/// <summary>Marks an endpoint for replicas of connectors that showed their certificate to a gateway.</summary>
internal sealed record ForConnectors;
