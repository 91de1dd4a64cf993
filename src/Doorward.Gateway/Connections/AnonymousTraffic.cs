using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace Doorward.Gateway.Connections;

/// <summary>
/// What nobody has signed in for: connections, those of them on which nothing was asked yet, requests in progress, and answers that wait
/// to be read. Bounded, because all cost memory before it is known who asks (security.md: within 300 MB under any flood).
/// </summary>
internal sealed class AnonymousTraffic(GatewayOptions options)
{
    public AnonymousLimit Connections { get; } = new(options.AnonymousConnectionLimit);

    public AnonymousLimit Requests { get; } = new(options.AnonymousRequestLimit);

    public AnonymousLimit Newcomers { get; } = new(options.NewcomerLimit);

    public AnonymousLimit Answers { get; } = new(options.AnonymousAnswerLimit);

    /// <summary>
    /// Counts the answer to a request on a connection that nobody signed in on until it has left, which on HTTP/2 can be long after the
    /// request is over. Who is pushed out loses the connection: a request that is over cannot be ended, and whoever reads none of the
    /// answers is not owed the others.
    /// </summary>
    public void Arrive(HttpContext context, ClientConnection connection)
    {
        connection.Newcomer?.Dispose();
        if (connection.Unsent is not { } unsent || context.Features.Get<IHttp2StreamIdFeature>() is not { StreamId: var stream }) return;
        unsent.Add(stream, Answers.Enter(() => connection.Abort("Too many answers that nobody reads.")));
        context.Response.OnCompleted(() =>
        {
            // Nothing more is sent for a stream that its client gave up.
            if (context.RequestAborted.IsCancellationRequested) unsent.Sent(stream);
            return Task.CompletedTask;
        });
    }

    /// <summary>Counts a request until it is over, or until its place is given back because it is known whose it is.</summary>
    public AnonymousLimit.Place Admit(HttpContext context)
    {
        var place = Requests.Enter(() => LiveConnection.Abort(context));
        context.Response.OnCompleted(
            static place =>
            {
                ((AnonymousLimit.Place)place).Dispose();
                return Task.CompletedTask;
            },
            place);
        return place;
    }
}
