using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Doorward.Control.Storage;

namespace Doorward.Control.Certificates;

/// <summary>Keeps a root in two files: the key in DIR/keys (0600), the certificate where people and parts find it.</summary>
internal static class AuthorityFiles
{
    /// <summary>Reads the root; makes it only when neither half exists. Half a root, or one that cannot be read, stops the start.</summary>
    public static CertificateAuthority LoadOrCreate(string keyPath, string certificatePath, Func<CertificateAuthority> create)
    {
        if (!File.Exists(keyPath) && !File.Exists(certificatePath))
        {
            var made = create();
            PrivateFiles.Write(keyPath, Encoding.ASCII.GetBytes(made.ExportKeyPem()));
            PrivateFiles.Write(certificatePath, Encoding.ASCII.GetBytes(made.Certificate.ExportCertificatePem()));
            return made;
        }

        var pem = Encoding.ASCII.GetString(PrivateFiles.ReadKey(keyPath));
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            var certificate = X509CertificateLoader.LoadCertificateFromFile(certificatePath);
            using var certified = certificate.GetECDsaPublicKey();
            if (certified is null || !certified.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()))
            {
                throw new CryptographicException($"{certificatePath} does not belong to it.");
            }

            return new CertificateAuthority(certificate, key);
        }
        catch (Exception problem) when (problem is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            key.Dispose();
            throw new InstallationException(InstallationFault.KeyUnreadable,
                $"The certificate authority {keyPath} cannot be used: {problem.Message} Restore both files from the same backup.", problem);
        }
    }
}
