using Microsoft.AspNetCore.Http;

namespace Doorward.Gateway.Connections;

/// <summary>
/// What nobody has signed in for: connections, and requests in progress. Bounded, because both cost memory before it is known who
/// asks (security.md: within 300 MB under any flood).
/// </summary>
internal sealed class AnonymousTraffic(GatewayOptions options)
{
    public AnonymousLimit Connections { get; } = new(options.AnonymousConnectionLimit);

    public AnonymousLimit Requests { get; } = new(options.AnonymousRequestLimit);

    /// <summary>
    /// Counts a request until its answer has been sent, which on HTTP/2 can be long after it has been written, or until its place is
    /// given back because it is known whose it is.
    /// </summary>
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
