using System.Security.Cryptography;

namespace Doorward.Core.Devices.Attestation;

/// <summary>TPMT_SIGNATURE (Part 2 section 11.3.4) of the schemes that we accept: ECDSA, RSASSA and RSAPSS with SHA-256 or better.</summary>
public sealed record TpmSignature(TpmAlgorithm Scheme, TpmAlgorithm Hash, ReadOnlyMemory<byte> First, ReadOnlyMemory<byte> Second)
{
    public static TpmSignature? Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new TpmReader(bytes);
        var scheme = (TpmAlgorithm)reader.UInt16();
        if (scheme is not (TpmAlgorithm.EcDsa or TpmAlgorithm.RsaSsa or TpmAlgorithm.RsaPss)) return null;
        var hash = (TpmAlgorithm)reader.UInt16();
        var first = reader.Sized().ToArray();
        var second = scheme == TpmAlgorithm.EcDsa ? reader.Sized().ToArray() : [];
        return reader.IsComplete && TpmHash.Name(hash) is not null ? new TpmSignature(scheme, hash, first, second) : null;
    }

    /// <summary>Whether the key made this signature over the data, by the key's own scheme.</summary>
    public bool IsBy(TpmPublic key, ReadOnlySpan<byte> data)
    {
        // A key that says how it signs signs in no other way.
        if (key.Scheme != TpmAlgorithm.Null && (key.Scheme != Scheme || key.SchemeHash != Hash)) return false;
        if (TpmHash.Name(Hash) is not { } hash) return false;
        return Scheme == TpmAlgorithm.EcDsa ? IsByElliptic(key, data, hash) : IsByRsa(key, data, hash);
    }

    /// <summary>r and s side by side (IEEE P1363), each as long as the curve's field; null when they are longer.</summary>
    public byte[]? Joined(int size)
    {
        if (First.Length > size || Second.Length > size) return null;
        var joined = new byte[2 * size];
        First.Span.CopyTo(joined.AsSpan(size - First.Length));
        Second.Span.CopyTo(joined.AsSpan((2 * size) - Second.Length));
        return joined;
    }

    private bool IsByElliptic(TpmPublic key, ReadOnlySpan<byte> data, HashAlgorithmName hash)
    {
        using var ecdsa = key.EcdsaKey();
        return ecdsa is not null && Joined((ecdsa.KeySize + 7) / 8) is { } joined && ecdsa.VerifyData(data, joined, hash);
    }

    private bool IsByRsa(TpmPublic key, ReadOnlySpan<byte> data, HashAlgorithmName hash)
    {
        if (key.RsaParameters() is not { } parameters) return false;
        using var rsa = RSA.Create(parameters);
        return rsa.VerifyData(data, First.Span, hash, Scheme == TpmAlgorithm.RsaPss ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1);
    }
}
