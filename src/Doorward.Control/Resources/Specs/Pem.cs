using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Doorward.Control.Resources.Specs;

/// <summary>Certificates and keys in documents.</summary>
internal static class Pem
{
    private const int MaxLength = 256 * 1024;

    /// <summary>One or more certificates as PEM, or null.</summary>
    public static string? ReadCertificates(SpecReader fields, string field)
    {
        if (fields.Text(field, MaxLength) is not { } pem) return null;
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(pem);
            if (certificates.Count > 0) return pem;
            fields.Fail(field, "holds no certificate", "paste the text from -----BEGIN CERTIFICATE----- to its end");
        }
        catch (CryptographicException)
        {
            fields.Fail(field, "is not a readable certificate", "paste the text from -----BEGIN CERTIFICATE----- to its end");
        }
        finally
        {
            foreach (var certificate in certificates) certificate.Dispose();
        }

        return null;
    }

    /// <summary>What is wrong with a private key for a certificate, or null.</summary>
    public static string? RefuseKey(string certificatePem, string keyPem)
    {
        try
        {
            using var pair = X509Certificate2.CreateFromPem(certificatePem, keyPem);
            return null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // The reason is not passed on: it can quote the key.
            return "is not the unencrypted private key of clientCertificate";
        }
    }
}
