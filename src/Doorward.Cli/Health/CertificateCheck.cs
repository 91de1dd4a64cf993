using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Doorward.Cli.Connection;

namespace Doorward.Cli.Health;

/// <summary>Whether the console's door shows a certificate that ca.pem vouches for, and how long it is good.</summary>
internal static class CertificateCheck
{
    private static readonly TimeSpan Soon = TimeSpan.FromDays(3);

    public static async Task<Finding> RunAsync(DirectoryInfo data, CancellationToken cancel)
    {
        var authority = Path.Combine(data.FullName, "ca.pem");
        if (ServerFile.Read(data) is not { } server || !File.Exists(authority))
        {
            return new Finding(false, "there is no ca.pem yet", "start it with `doorward up`");
        }

        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(Authorities.FromPem(authority));
        try
        {
            using var socket = new TcpClient(server.Listener.AddressFamily);
            await socket.ConnectAsync(server.Listener, cancel);
            await using var tls = new SslStream(socket.GetStream());
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = server.Console.Host, CertificateChainPolicy = policy }, cancel);
            var expires = new DateTimeOffset(((X509Certificate2)tls.RemoteCertificate!).NotAfter);
            return expires - TimeProvider.System.GetUtcNow() > Soon
                ? new Finding(true, $"good until {expires.UtcDateTime:u}")
                : new Finding(false, $"expires at {expires.UtcDateTime:u}", "look for renewal errors in the log; is this machine's clock right?");
        }
        catch (Exception error) when (error is AuthenticationException or SocketException or IOException)
        {
            return new Finding(false, error.Message, "is this machine's clock right? does ca.pem belong to what listens there?");
        }
    }
}
