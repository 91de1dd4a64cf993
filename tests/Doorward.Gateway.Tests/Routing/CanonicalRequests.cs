using Doorward.Gateway.Routing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorward.Gateway.Tests.Routing;

/// <summary>Requests without a server, for what no server lets through.</summary>
internal static class CanonicalRequests
{
    public static CanonicalRequest With(params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = "GET";
        context.Request.Protocol = "HTTP/1.1";
        context.Request.Headers.Host = "wiki.test";
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = "/";
        foreach (var (name, value) in headers) context.Request.Headers[name] = value;
        return RequestCanonicalizer.Canonicalize(context);
    }
}
