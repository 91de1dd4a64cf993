using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Doorward.Cli.Connection;

/// <summary>The two ways to an installation's administration.</summary>
internal abstract record ControlEndpoint
{
    private ControlEndpoint()
    {
    }

    public abstract string Name { get; }

    /// <summary>The 0600 socket in the data folder: needs neither gateway nor policy, so it works after a lock-out too.</summary>
    public sealed record Local(DirectoryInfo Data) : ControlEndpoint
    {
        public string SocketPath => Path.Combine(Data.FullName, "control.sock");

        public override string Name => SocketPath;

        /// <summary>Whether somebody answers on the socket. A process that was killed leaves a socket that nobody answers on.</summary>
        public async Task<bool> IsRunningAsync(CancellationToken cancel)
        {
            if (!File.Exists(SocketPath))
            {
                return false;
            }

            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try
            {
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancel);
                return true;
            }
            catch (SocketException refused) when (refused.SocketErrorCode == SocketError.ConnectionRefused)
            {
                return false;
            }
            catch (SocketException refused)
            {
                throw new CommandFailure("the socket belongs to another user", "run this as the user who runs `doorward up`", SocketPath, refused);
            }
        }
    }

    /// <summary>The console's address through the gateway, with a token.</summary>
    /// <param name="Listener">Where the recorded listener is, when it is this machine's; else the name is resolved.</param>
    /// <param name="Trusted">The installation's own CA, when known; else the system's store decides.</param>
    public sealed record Remote(Uri Server, string Token, IPEndPoint? Listener, X509Certificate2Collection? Trusted) : ControlEndpoint
    {
        public override string Name => Server.GetLeftPart(UriPartial.Authority);

        // A record prints its members, and the token must never reach a terminal or a log.
        public override string ToString() => Name;
    }

    /// <summary>
    /// Explicit flags first; then the environment; then a running installation on this machine; then what `login` kept.
    /// </summary>
    public static ControlEndpoint Choose(Uri? server, FileInfo? tokenFile, DirectoryInfo? namedData, DirectoryInfo data)
    {
        if (server is null && namedData is null)
        {
            server = ServerOfEnvironment();
        }

        if (server is not null)
        {
            return Elsewhere(server, TokenText.Of(tokenFile, server), data);
        }

        var local = new Local(data);
        if (namedData is null && !File.Exists(local.SocketPath) && Credentials.Read() is { } kept)
        {
            return Elsewhere(kept.Server, kept.Token, data);
        }

        return local;
    }

    /// <summary>Whether what is meant lies elsewhere even for what is done to files: then no folder of this machine is it.</summary>
    public static bool IsElsewhere(Uri? server, DirectoryInfo? namedData, DirectoryInfo data) =>
        server is not null || (namedData is null && (ServerOfEnvironment() is not null || (!data.Exists && Credentials.Read() is not null)));

    /// <summary>A server by its address, believed by the CA of this machine's installation, else by the one that `login` kept for it.</summary>
    public static Remote Elsewhere(Uri server, string token, DirectoryInfo data)
    {
        var recorded = ServerFile.Read(data);
        var isRecorded = recorded is not null && recorded.Port == server.Port && IsWithin(server.Host, recorded.Domain);
        var authority = Path.Combine(data.FullName, "ca.pem");
        return new Remote(server, token,
            isRecorded ? recorded!.Listener : IsWithin(server.Host, "localhost") ? new IPEndPoint(IPAddress.Loopback, server.Port) : null,
            isRecorded && File.Exists(authority) ? Authorities.FromPem(authority) : Credentials.For(server)?.Trusted);
    }

    private static bool IsWithin(string host, string domain) =>
        host.Equals(domain, StringComparison.OrdinalIgnoreCase) || host.EndsWith("." + domain, StringComparison.OrdinalIgnoreCase);

    private static Uri? ServerOfEnvironment()
    {
        var text = Environment.GetEnvironmentVariable("DOORWARD_SERVER");
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps
            ? uri
            : throw new CommandFailure($"'{text}' is not an https address", "correct it or unset it", "DOORWARD_SERVER") { ExitCode = CommandLine.WrongUsage };
    }
}
