using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Agent.Keys;

namespace Doorward.Agent.Tests.Keys;

internal static class Requests
{
    /// <summary>The key asks for a certificate as its issuer reads it: signed by the key, P-256, with nothing more asked for.</summary>
    public static void Verify(IDeviceKey key)
    {
        var request = CertificateRequest.LoadSigningRequest(DeviceEcdsa.CreateRequest(key), HashAlgorithmName.SHA256);

        Assert.Equal(key.PublicKey.Q.X, request.PublicKey.GetECDsaPublicKey()!.ExportParameters(false).Q.X);
        Assert.Equal(key.PublicKey.Q.Y, request.PublicKey.GetECDsaPublicKey()!.ExportParameters(false).Q.Y);
        Assert.Empty(request.CertificateExtensions);
        using var ecdsa = new DeviceEcdsa(key);
        var signature = ecdsa.SignData("a report"u8, HashAlgorithmName.SHA256);
        using var check = ECDsa.Create(key.PublicKey);
        Assert.True(check.VerifyData("a report"u8, signature, HashAlgorithmName.SHA256));
        Assert.False(check.VerifyData("another report"u8, signature, HashAlgorithmName.SHA256));
        Assert.Throws<CryptographicException>(() => ecdsa.ExportParameters(includePrivateParameters: true));
    }
}
