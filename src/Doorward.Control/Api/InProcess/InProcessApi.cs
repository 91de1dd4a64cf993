using Doorward.Control.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Api.InProcess;

/// <summary>
/// Calls the admin API without a network: through the very pipeline that calls from outside take once it is settled where they come
/// from. Whoever calls here can do nothing that <c>/api/v1</c> does not let the acting session do, and is recorded as it records.
/// </summary>
public sealed class InProcessApi(IServiceScopeFactory scopes)
{
    private const string Prefix = "/api/v1/";
    private RequestDelegate? _pipeline;

    public async Task<ApiReply> SendAsync(ActingSession session, ApiRequest request, CancellationToken ct)
    {
        var pipeline = _pipeline ?? throw new InvalidOperationException("The API is not mapped yet.");
        await using var scope = scopes.CreateAsyncScope();
        using var body = new MemoryStream();
        var context = ToContext(session, request, body);
        context.RequestServices = scope.ServiceProvider;
        context.RequestAborted = ct;
        await pipeline(context);
        await context.Response.CompleteAsync();
        return new ApiReply(context.Response.StatusCode, body.ToArray(), context.Response.Headers.ETag);
    }

    internal RequestDelegate Open(RequestDelegate pipeline) => _pipeline = pipeline;

    private static DefaultHttpContext ToContext(ActingSession session, ApiRequest request, Stream body)
    {
        var context = new DefaultHttpContext();
        context.Features.Set(new FaceFeature(Face.Console));
        context.Features.Set(session);
        context.Features.Set<IHttpResponseFeature>(new Answer(body));
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(body));
        context.Features.Set<IHttpRequestBodyDetectionFeature>(new HasBody(!request.Body.IsEmpty));
        var query = request.Path.IndexOf('?', StringComparison.Ordinal);
        context.Request.Method = request.Method;
        context.Request.Path = PathString.FromUriComponent(Prefix + (query < 0 ? request.Path : request.Path[..query]));
        context.Request.QueryString = query < 0 ? default : new QueryString(request.Path[query..]);
        context.Connection.RemoteIpAddress = session.Address;
        if (request.IfNoneMatch is not null) context.Request.Headers.IfNoneMatch = request.IfNoneMatch;
        if (request.IfMatch is not null) context.Request.Headers.IfMatch = request.IfMatch;
        if (request.Body.IsEmpty) return context;
        context.Request.ContentType = "application/json";
        context.Request.ContentLength = request.Body.Length;
        context.Request.Body = new MemoryStream(request.Body.ToArray(), writable: false);
        return context;
    }

    // Who looks whether an answer stands already must see it here as on the network.
    private sealed class Answer(Stream body) : HttpResponseFeature
    {
        public override bool HasStarted => body.Length > 0;
    }

    private sealed record HasBody(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;
}

/// <param name="Path">Below <c>/api/v1/</c>, escaped, with its query.</param>
public sealed record ApiRequest(string Method, string Path)
{
    /// <summary>JSON; empty for none.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The version that a change is made on.</summary>
    public string? IfMatch { get; init; }

    /// <summary><c>*</c> when it must not be there yet.</summary>
    public string? IfNoneMatch { get; init; }
}

/// <summary>Body is JSON: a value, or an <see cref="ApiProblem"/> when the status is 400 or more.</summary>
public sealed record ApiReply(int Status, ReadOnlyMemory<byte> Body, string? ETag);
