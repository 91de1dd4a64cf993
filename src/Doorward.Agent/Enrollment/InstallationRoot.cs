using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Agent.Control;
using Doorward.Core.Devices.Enrolment;

namespace Doorward.Agent.Enrollment;

/// <summary>Finds the root of the installation that a link is of. Whoever answers may send roots: the one that the link names is believed, and nothing is told before.</summary>
internal static class InstallationRoot
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static async Task<(X509Certificate2? Root, string? Problem)> FindAsync(Uri origin, EnrolmentSecret secret, DnsEndPoint? connect, CancellationToken ct)
    {
        using var anybody = new Caller(PinnedTransport.Create(null, connect), origin.ToString(), Patience);
        var (pem, silence) = await anybody.ReadAsync(DevicePaths.Authorities, ct);
        if (pem is null) return (null, silence);
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(pem);
        }
        catch (CryptographicException)
        {
            return (null, $"{origin.Host} gives no certificates that can be read");
        }

        return roots.FirstOrDefault(secret.IsOfWeb) is { } root
            ? (root, null)
            : (null, $"{origin.Host} is not the installation that this link is of; nothing was told it");
    }
}
