using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

namespace Doorward.Cli.Hosting;

/// <summary>Where the one public port is opened: <c>HOST:PORT</c>, where HOST is an address, or <c>localhost</c> for both loopbacks.</summary>
internal sealed record ListenAddress(string Host, int Port)
{
    public static readonly ListenAddress Default = new("localhost", 8443);

    public bool IsLoopback => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    public ImmutableArray<IPEndPoint> Endpoints => Host == "localhost"
        ? Socket.OSSupportsIPv6 ? [new(IPAddress.Loopback, Port), new(IPAddress.IPv6Loopback, Port)] : [new(IPAddress.Loopback, Port)]
        : [new(IPAddress.Parse(Host), Port)];

    /// <summary>The address that the text says, or null when it says none.</summary>
    public static ListenAddress? Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon < 1 || !ushort.TryParse(text[(colon + 1)..], out var port) || port == 0)
            return null;
        var host = text[..colon].Trim('[', ']').ToLowerInvariant();
        return host == "localhost" || IPAddress.TryParse(host, out _) ? new ListenAddress(host, port) : null;
    }

    /// <summary>Fails when somebody else listens there, before anything is written.</summary>
    public void EnsureFree()
    {
        foreach (var endpoint in Endpoints)
        {
            try
            {
                using var probe = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
                // As Kestrel binds: a port that a stopped server left in TIME_WAIT is free.
                if (!OperatingSystem.IsWindows())
                    probe.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
                probe.Bind(endpoint);
                probe.Listen();
            }
            catch (SocketException error)
            {
                throw Failure(endpoint, error);
            }
        }
    }

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    private static CommandFailure Failure(IPEndPoint endpoint, SocketException error) => error.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => new("the port is taken", "stop what listens there, or choose another with --listen", endpoint.ToString(), error),
        SocketError.AccessDenied => new("this port needs more rights", "use one above 1023 with --listen", endpoint.ToString(), error),
        SocketError.AddressNotAvailable => new("this machine has no such address", "choose another with --listen", endpoint.ToString(), error),
        _ => new(error.Message, "choose another with --listen", endpoint.ToString(), error),
    };
}
