using System.Security.Cryptography;

namespace Doorward.Core.Devices.Attestation;

/// <summary>Public areas as keys of .NET. Points off the curve and odd sizes give null, never a key.</summary>
public static class TpmPublicKeys
{
    private const int SmallestRsa = 2048;
    private const int LargestRsa = 4096;

    public static ECParameters? Elliptic(this TpmPublic area)
    {
        var (curve, size) = area.Curve switch
        {
            TpmCurve.P256 => (ECCurve.NamedCurves.nistP256, 32),
            TpmCurve.P384 => (ECCurve.NamedCurves.nistP384, 48),
            _ => (default, 0),
        };
        if (area.Type != TpmAlgorithm.Ecc || size == 0 || area.X.Length > size || area.Y.Length > size) return null;
        return new ECParameters { Curve = curve, Q = new ECPoint { X = Padded(area.X, size), Y = Padded(area.Y, size) } };
    }

    public static ECDsa? EcdsaKey(this TpmPublic area)
    {
        if (area.Elliptic() is not { } parameters) return null;
        try
        {
            return ECDsa.Create(parameters);
        }
        catch (CryptographicException)
        {
            return null; // not a point of the curve
        }
    }

    public static RSAParameters? RsaParameters(this TpmPublic area) =>
        area.Type == TpmAlgorithm.Rsa && area.RsaBits is >= SmallestRsa and <= LargestRsa && area.Modulus.Length * 8 == area.RsaBits
            && area.Modulus.Span[0] >= 0x80 && area.Exponent is 0 or 65537
            ? new RSAParameters { Modulus = area.Modulus.ToArray(), Exponent = [1, 0, 1] }
            : null;

    /// <summary>The key as certificates carry it (SubjectPublicKeyInfo in DER); null when it is none that we use.</summary>
    public static byte[]? SubjectPublicKeyInfo(this TpmPublic area)
    {
        if (area.RsaParameters() is { } parameters)
        {
            using var rsa = RSA.Create(parameters);
            return rsa.ExportSubjectPublicKeyInfo();
        }

        using var ecdsa = area.EcdsaKey();
        return ecdsa?.ExportSubjectPublicKeyInfo();
    }

    // A TPM may leave leading zeros away.
    private static byte[] Padded(ReadOnlyMemory<byte> value, int size)
    {
        var padded = new byte[size];
        value.Span.CopyTo(padded.AsSpan(size - value.Length));
        return padded;
    }
}
