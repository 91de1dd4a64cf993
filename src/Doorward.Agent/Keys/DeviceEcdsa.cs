using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Doorward.Agent.Keys;

/// <summary>A device key as .NET's certificate requests want it. It has no private part to export.</summary>
internal sealed class DeviceEcdsa : ECDsa
{
    private const int Bits = 256;
    private readonly IDeviceKey _key;

    public DeviceEcdsa(IDeviceKey key)
    {
        _key = key;
        LegalKeySizesValue = [new KeySizes(Bits, Bits, 0)];
        KeySizeValue = Bits;
    }

    /// <summary>A certificate request (PKCS #10 in DER) that shows possession of the key. What the certificate says is for its issuer to know.</summary>
    public static byte[] CreateRequest(IDeviceKey key)
    {
        using var ecdsa = new DeviceEcdsa(key);
        return new CertificateRequest("CN=device", ecdsa, HashAlgorithmName.SHA256).CreateSigningRequest();
    }

    public override byte[] SignHash(byte[] hash) => _key.SignHash(hash);

    public override bool VerifyHash(byte[] hash, byte[] signature)
    {
        using var ecdsa = Create(_key.PublicKey);
        return ecdsa.VerifyHash(hash, signature);
    }

    public override ECParameters ExportParameters(bool includePrivateParameters) =>
        includePrivateParameters ? throw new CryptographicException("a device key has no private part to export") : _key.PublicKey;
}
