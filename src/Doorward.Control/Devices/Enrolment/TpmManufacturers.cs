using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Control.Storage;
using Microsoft.Extensions.Logging;

namespace Doorward.Control.Devices.Enrolment;

/// <summary>
/// Whose TPMs are believed: certificates in PEM that the operator put into <c>DIR/tpm-roots</c>. Those that signed themselves are roots,
/// the others help to get to one. Read at each enrolment with a TPM, which is rare; without the folder nobody is believed.
/// </summary>
internal sealed partial class TpmManufacturers(DataDirectory data, ILogger<TpmManufacturers> logger)
{
    public string Folder => data.In("tpm-roots");

    public (X509Certificate2Collection Roots, X509Certificate2Collection Intermediates) Read()
    {
        var (roots, intermediates) = (new X509Certificate2Collection(), new X509Certificate2Collection());
        if (!Directory.Exists(Folder)) return (roots, intermediates);
        foreach (var file in Directory.EnumerateFiles(Folder, "*.pem").Order(StringComparer.Ordinal))
        {
            var found = new X509Certificate2Collection();
            try
            {
                found.ImportFromPemFile(file);
            }
            catch (Exception problem) when (problem is CryptographicException or IOException or UnauthorizedAccessException)
            {
                // One manufacturer less is believed; the others' machines go on.
                LogUnreadable(file, problem.Message);
            }

            foreach (var certificate in found)
                (certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData) ? roots : intermediates).Add(certificate);
        }

        return (roots, intermediates);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The TPM manufacturer's certificate {File} is not used: {Reason}")]
    private partial void LogUnreadable(string file, string reason);
}
