using System.Security.Cryptography;
using Doorward.Core.Look;
using Doorward.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorward.Gateway.Pages;

/// <summary>Serves what our own pages look like, on every host: they appear in front of any application.</summary>
internal sealed class LookMiddleware(RequestDelegate next)
{
    private static readonly Part s_stylesheet = new(HouseLook.Stylesheet, HouseLook.StylesheetType);
    private static readonly Part s_icon = new(HouseLook.Icon, HouseLook.IconType);

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Features.GetRequiredFeature<CanonicalRequest>();
        var part = request.Path switch { OwnPaths.Stylesheet => s_stylesheet, OwnPaths.Icon => s_icon, _ => null };
        return part is not null && request.Method is ("GET" or "HEAD") ? ServeAsync(context, part) : next(context);
    }

    private static Task ServeAsync(HttpContext context, Part part)
    {
        var response = context.Response;
        response.Headers.ETag = part.Tag;
        response.Headers.CacheControl = "public, max-age=300";
        response.Headers.XContentTypeOptions = "nosniff";
        if (context.Request.Headers.IfNoneMatch == part.Tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = part.Type;
        response.ContentLength = part.Content.Length;
        return context.Request.Method == "HEAD" ? Task.CompletedTask : response.Body.WriteAsync(part.Content, context.RequestAborted).AsTask();
    }

    private sealed record Part(ReadOnlyMemory<byte> Content, string Type)
    {
        public string Tag { get; } = $"\"{Convert.ToHexStringLower(SHA256.HashData(Content.Span))[..16]}\"";
    }
}
