using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Hosting;

/// <summary>Lets a request reach an endpoint only through the face it is meant for: gRPC and what is marked so by components, what devices ask by devices, the API alone by the socket and by pages of our own.</summary>
internal sealed class FaceGuard(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context)
    {
        var metadata = context.GetEndpoint()?.Metadata;
        var component = metadata?.GetMetadata<GrpcMethodMetadata>() is not null || metadata?.GetMetadata<ForComponents>() is not null;
        var device = metadata?.GetMetadata<ForDevices>() is not null;
        var open = context.GetFace() switch
        {
            Face.Component => component,
            Face.Device => device,
            Face.Web => !component && !device,
            Face.Local => !component && !device && IsLocal(context.Request.Path),
            Face.Console => !component && !device && context.Request.Path.StartsWithSegments("/api", StringComparison.Ordinal),
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
