using System.Security.Cryptography;
using Doorward.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorward.Gateway.Pages;

/// <summary>Serves the one stylesheet of all our pages on every host, sign-in and console included.</summary>
internal sealed class StylesheetMiddleware(RequestDelegate next)
{
    private static readonly byte[] s_text = Read();
    private static readonly string s_tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(s_text))[..16]}\"";

    public Task InvokeAsync(HttpContext context)
    {
        var request = context.Features.GetRequiredFeature<CanonicalRequest>();
        return request.Path == OwnPaths.Stylesheet && request.Method is ("GET" or "HEAD") ? ServeAsync(context) : next(context);
    }

    private static Task ServeAsync(HttpContext context)
    {
        var response = context.Response;
        response.Headers.ETag = s_tag;
        response.Headers.CacheControl = "public, max-age=300";
        response.Headers.XContentTypeOptions = "nosniff";
        if (context.Request.Headers.IfNoneMatch == s_tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return Task.CompletedTask;
        }

        response.ContentType = "text/css; charset=utf-8";
        response.ContentLength = s_text.Length;
        return context.Request.Method == "HEAD" ? Task.CompletedTask : response.Body.WriteAsync(s_text, context.RequestAborted).AsTask();
    }

    private static byte[] Read()
    {
        using var resource = typeof(StylesheetMiddleware).Assembly.GetManifestResourceStream("doorward.css")
            ?? throw new InvalidOperationException("The stylesheet is not embedded.");
        using var copy = new MemoryStream();
        resource.CopyTo(copy);
        return copy.ToArray();
    }
}
