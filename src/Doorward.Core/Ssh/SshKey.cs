using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Doorward.Core.Ssh;

/// <summary>Public keys of ECDSA on P-256 as SSH writes them (RFC 5656 section 3.1): people's, and the authority's.</summary>
public static class SshKey
{
    public const string Algorithm = "ecdsa-sha2-nistp256";
    public const string Curve = "nistp256";
    private const int Coordinate = 32;

    /// <summary>Uncompressed (SEC 1 section 2.3.3).</summary>
    private const byte Uncompressed = 4;

    /// <summary>The point of a public key.</summary>
    public static byte[] PointOf(ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        return [Uncompressed, .. point.X!, .. point.Y!];
    }

    public static byte[] Write(ECDsa key) => new SshWriter().String(Algorithm).String(Curve).String(PointOf(key)).ToArray();

    /// <summary>As a line of <c>authorized_keys</c> and <c>TrustedUserCAKeys</c>.</summary>
    public static string Line(ECDsa key, string comment) => $"{Algorithm} {Convert.ToBase64String(Write(key))} {comment}";

    /// <summary>As <c>ssh-keygen -l</c> says it.</summary>
    public static string Fingerprint(ECDsa key) => $"SHA256:{Convert.ToBase64String(SHA256.HashData(Write(key))).TrimEnd('=')}";

    /// <summary>The point of a public key that somebody sent; null when it is no key of this kind, or not on the curve.</summary>
    public static byte[]? ReadPoint(ReadOnlySpan<byte> blob)
    {
        if (!TryTake(ref blob, out var algorithm) || !algorithm.SequenceEqual("ecdsa-sha2-nistp256"u8)
            || !TryTake(ref blob, out var curve) || !curve.SequenceEqual("nistp256"u8)
            || !TryTake(ref blob, out var point) || !blob.IsEmpty || point.Length != 1 + (2 * Coordinate) || point[0] != Uncompressed)
        {
            return null;
        }

        try
        {
            using var key = ECDsa.Create(new ECParameters
            {
                Curve = ECCurve.NamedCurves.nistP256,
                Q = new ECPoint { X = point.Slice(1, Coordinate).ToArray(), Y = point[(1 + Coordinate)..].ToArray() },
            });
            return point.ToArray();
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static bool TryTake(ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        if (rest.Length < sizeof(uint)) return false;
        var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
        if (length > rest.Length - sizeof(uint)) return false;
        bytes = rest.Slice(sizeof(uint), (int)length);
        rest = rest[(sizeof(uint) + (int)length)..];
        return true;
    }
}
