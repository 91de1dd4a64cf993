using System.Net.Sockets;
using System.Security.Authentication;
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

    /// <summary>Whether it is an upstream's silence, looked at from here or from its connector.</summary>
    public static bool IsTimeout(ForwarderError error, Exception? exception) => IsTimeout(error) || exception?.GetBaseException() is UnreachedException { IsTimeout: true };

    /// <summary>What went wrong, as a clause for administrators.</summary>
    public static string Describe(string upstream, ForwarderError error, Exception? exception)
    {
        var deepest = exception?.GetBaseException();
        var what = deepest switch
        {
            SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "refused the connection",
            SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } => "has a name that cannot be resolved",
            SocketException { SocketErrorCode: SocketError.HostUnreachable or SocketError.NetworkUnreachable } => "cannot be reached by the network",
            SocketException { SocketErrorCode: SocketError.ConnectionReset } => "reset the connection",
            UnreachedException { IsTimeout: true } => "did not answer its connector in time",
            UnreachedException => "was not reached by its connector",
            AuthenticationException => "failed the TLS handshake",
            _ when IsTimeout(error) || deepest is TimeoutException => "did not answer in time",
            _ => "did not answer as HTTP asks for",
        };
        var message = deepest is null || IsTimeout(error) ? "" : $": {deepest.Message}";
        return $"the upstream {upstream} {what}{message}";
    }

    public static bool IsUnreachable(Exception? exception) =>
        exception is HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError };
}
