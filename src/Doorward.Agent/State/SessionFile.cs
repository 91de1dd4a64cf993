using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Doorward.Agent.Keys;
using Doorward.Core.Identifiers;

namespace Doorward.Agent.State;

/// <summary>
/// The session key and certificate of a device whose agent does not run: commands share it, for the control plane keeps the last two only.
/// Its readers are those who may use the device's key.
/// </summary>
internal sealed class SessionFile(string path, string device, TimeProvider time)
{
    /// <summary>When another is to be had.</summary>
    public static DateTimeOffset HalfOver(X509Certificate2 certificate)
    {
        var (from, until) = (certificate.NotBefore.ToUniversalTime(), certificate.NotAfter.ToUniversalTime());
        return from + ((until - from) / 2);
    }

    /// <summary>Null when there is none, or it is half over, or it is of an enrolment before.</summary>
    public X509Certificate2? Read()
    {
        if (!File.Exists(path)) return null;
        try
        {
            var text = Encoding.ASCII.GetString(PrivateFile.Read(path));
            var certificate = X509Certificate2.CreateFromPem(text, text);
            if (SpiffeId.Of(certificate)?.DeviceId == device && time.GetUtcNow() < HalfOver(certificate)) return certificate;
            certificate.Dispose();
        }
        catch (Exception error) when (error is DeviceKeyException or CryptographicException)
        {
            // Another is ordered, and takes its place.
        }

        return null;
    }

    public void Write(X509Certificate2 certificate)
    {
        using var key = certificate.GetECDsaPrivateKey()!;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        PrivateFile.Replace(path, Encoding.ASCII.GetBytes($"{certificate.ExportCertificatePem()}\n{key.ExportPkcs8PrivateKeyPem()}\n"));
    }
}
