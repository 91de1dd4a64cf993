using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Doorward.Cli.Connection;

/// <summary>Reads the certificates of certification authorities from PEM files.</summary>
internal static class Authorities
{
    public static X509Certificate2Collection FromPem(string path)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPemFile(path);
        }
        catch (CryptographicException error)
        {
            throw new CommandFailure("cannot be read as a certificate", "restore it from a backup, or let `doorward up` write it anew", path, error);
        }

        return certificates.Count > 0 ? certificates : throw new CommandFailure("holds no certificate", where: path);
    }
}
