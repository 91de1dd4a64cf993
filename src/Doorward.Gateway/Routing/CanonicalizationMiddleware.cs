using Doorward.Gateway.Pages;
using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Routing;

/// <summary>Step 1 of the pipeline: what everything later knows of the request is a <see cref="CanonicalRequest"/> in its features.</summary>
internal sealed class CanonicalizationMiddleware(RequestDelegate next, RefusalWriter refusals)
{
    public Task InvokeAsync(HttpContext context)
    {
        var request = RequestCanonicalizer.Canonicalize(context);
        context.Features.Set(request);
        return request.Refusal is { } refusal ? refusals.WriteAsync(context, refusal) : next(context);
    }
}
