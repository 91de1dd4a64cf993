using System.Security.Cryptography;

namespace Doorward.Core.Devices.Attestation;

/// <summary>The public area of an RSA or elliptic key in a TPM, TPMT_PUBLIC (Part 2 section 12.2.4), with the bytes that its name is made of.</summary>
public sealed record TpmPublic
{
    public required TpmAlgorithm Type { get; init; }
    public required TpmAlgorithm NameAlgorithm { get; init; }
    public required TpmKeyAttributes Attributes { get; init; }
    public required ReadOnlyMemory<byte> Policy { get; init; }

    /// <summary>Bits of the AES key with which a storage key protects its children; 0 when it is none.</summary>
    public required int SymmetricBits { get; init; }

    /// <summary>What the key signs or decrypts by, and that scheme's hash.</summary>
    public required TpmAlgorithm Scheme { get; init; }
    public required TpmAlgorithm SchemeHash { get; init; }

    /// <summary>Bits of an RSA modulus, and its exponent (0 stands for 65537).</summary>
    public int RsaBits { get; init; }
    public uint Exponent { get; init; }
    public ReadOnlyMemory<byte> Modulus { get; init; }

    public TpmCurve Curve { get; init; }
    public ReadOnlyMemory<byte> X { get; init; }
    public ReadOnlyMemory<byte> Y { get; init; }

    /// <summary>The whole area as it came.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>The algorithm of its name, and the hash of the area by it (Part 1 section 16); empty when the hash is none that we believe.</summary>
    public byte[] Name => TpmHash.Name(NameAlgorithm) is { } hash
        ? [.. new TpmWriter().UInt16((ushort)NameAlgorithm).Raw(CryptographicOperations.HashData(hash, Bytes.Span)).ToArray()]
        : [];

    /// <summary>The area in these bytes, or null when they are none, are more than one, or hold a key that we have no use for.</summary>
    public static TpmPublic? Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new TpmReader(bytes);
        var type = (TpmAlgorithm)reader.UInt16();
        var common = new TpmPublic
        {
            Type = type,
            NameAlgorithm = (TpmAlgorithm)reader.UInt16(),
            Attributes = (TpmKeyAttributes)reader.UInt32(),
            Policy = reader.Sized().ToArray(),
            SymmetricBits = Symmetric(ref reader),
            Scheme = SchemeOf(ref reader, out var hash),
            SchemeHash = hash,
            Bytes = bytes.ToArray(),
        };
        var key = type switch
        {
            TpmAlgorithm.Rsa => common with { RsaBits = reader.UInt16(), Exponent = reader.UInt32(), Modulus = reader.Sized().ToArray() },
            TpmAlgorithm.Ecc => common with { Curve = CurveOf(ref reader), X = reader.Sized().ToArray(), Y = reader.Sized().ToArray() },
            _ => null,
        };
        return reader.IsComplete ? key : null;
    }

    /// <summary>Whether all of these hold.</summary>
    public bool Has(TpmKeyAttributes attributes) => (Attributes & attributes) == attributes;

    // TPMT_SYM_DEF_OBJECT: the algorithm, and for a cipher its bits and mode.
    private static int Symmetric(ref TpmReader reader)
    {
        if ((TpmAlgorithm)reader.UInt16() == TpmAlgorithm.Null) return 0;
        var bits = reader.UInt16();
        reader.UInt16();
        return bits;
    }

    // TPMT_RSA_SCHEME and TPMT_ECC_SCHEME agree in shape: none, or one with a hash; ECDAA adds a count, RSAES has no hash.
    private static TpmAlgorithm SchemeOf(ref TpmReader reader, out TpmAlgorithm hash)
    {
        var scheme = (TpmAlgorithm)reader.UInt16();
        hash = scheme is TpmAlgorithm.Null or TpmAlgorithm.RsaEs ? TpmAlgorithm.Null : (TpmAlgorithm)reader.UInt16();
        if (scheme == TpmAlgorithm.EcDaa) reader.UInt16();
        return scheme;
    }

    private static TpmCurve CurveOf(ref TpmReader reader)
    {
        var curve = (TpmCurve)reader.UInt16();
        if ((TpmAlgorithm)reader.UInt16() != TpmAlgorithm.Null) reader.UInt16(); // a key derivation scheme and its hash
        return curve;
    }
}

/// <summary>TPM_ECC_CURVE (Part 2 section 6.4).</summary>
public enum TpmCurve : ushort
{
    None = 0,
    P256 = 3,
    P384 = 4,
}
