using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Doorward.Gateway.Forwarding;

/// <summary>How YARP's errors are read: which blame the upstream, which the client gets told about.</summary>
internal static class ForwardFailure
{
    /// <summary>The upstream did not answer, or not in time; a client that went away or sent a broken body says nothing of it.</summary>
    public static bool BlamesUpstream(ForwarderError error) => error is ForwarderError.Request or ForwarderError.RequestTimedOut
        or ForwarderError.RequestBodyDestination or ForwarderError.ResponseHeaders or ForwarderError.ResponseBodyDestination
        or ForwarderError.UpgradeRequestDestination or ForwarderError.UpgradeResponseDestination;

    /// <summary>What the server said when it refused the rest of a body; null when it was another's fault.</summary>
    public static BadHttpRequestException? ServersReason(Exception? exception) => exception switch
    {
        null => null,
        BadHttpRequestException refused => refused,
        AggregateException several => several.InnerExceptions.Select(ServersReason).FirstOrDefault(reason => reason is not null),
        _ => ServersReason(exception.InnerException),
    };

    public static bool IsTimeout(ForwarderError error) => error is ForwarderError.RequestTimedOut or ForwarderError.UpgradeActivityTimeout;

    public static bool IsUnreachable(Exception? exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };
}
