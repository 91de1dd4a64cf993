using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Doorward.Gateway.Connections;

/// <summary>Counts body bytes both ways for the grant's report, without copying them.</summary>
internal sealed class MeteredBody : IHttpResponseBodyFeature
{
    private readonly IHttpResponseBodyFeature _inner;

    private MeteredBody(IHttpResponseBodyFeature inner, LiveConnection connection)
    {
        _inner = inner;
        Stream = new MeteredStream(inner.Stream, connection);
    }

    public Stream Stream { get; }

    public PipeWriter Writer => _inner.Writer;

    public static void Install(HttpContext context, LiveConnection connection)
    {
        context.Features.Set<IHttpResponseBodyFeature>(new MeteredBody(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>(), connection));
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true })
        {
            context.Request.Body = new MeteredStream(context.Request.Body, connection);
        }
    }

    public void DisableBuffering() => _inner.DisableBuffering();

    public Task StartAsync(CancellationToken cancellationToken = default) => _inner.StartAsync(cancellationToken);

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
        _inner.SendFileAsync(path, offset, count, cancellationToken);

    public Task CompleteAsync() => _inner.CompleteAsync();
}
