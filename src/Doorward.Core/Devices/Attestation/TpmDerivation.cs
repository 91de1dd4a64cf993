using System.Security.Cryptography;
using System.Text;

namespace Doorward.Core.Devices.Attestation;

/// <summary>The key derivations of a TPM (Part 1 section 11.4.10), for as many bits as one digest of the hash has, or fewer.</summary>
internal static class TpmDerivation
{
    /// <summary>KDFa: HMAC in counter mode.</summary>
    public static byte[] FromKey(TpmAlgorithm hash, ReadOnlySpan<byte> key, string label, ReadOnlySpan<byte> partyU, ReadOnlySpan<byte> partyV, int bits)
    {
        var data = new TpmWriter().UInt32(1).Raw(Label(label)).Raw(partyU).Raw(partyV).UInt32((uint)bits).ToArray();
        return CryptographicOperations.HmacData(Name(hash, bits), key, data)[..(bits / 8)];
    }

    /// <summary>KDFe: a hash over the shared coordinate of an elliptic exchange.</summary>
    public static byte[] FromExchange(TpmAlgorithm hash, ReadOnlySpan<byte> shared, string label, ReadOnlySpan<byte> partyU, ReadOnlySpan<byte> partyV, int bits)
    {
        var data = new TpmWriter().UInt32(1).Raw(shared).Raw(Label(label)).Raw(partyU).Raw(partyV).ToArray();
        return CryptographicOperations.HashData(Name(hash, bits), data)[..(bits / 8)];
    }

    /// <summary>A label with the zero that ends it.</summary>
    public static byte[] Label(string label) => Encoding.ASCII.GetBytes(label + "\0");

    private static HashAlgorithmName Name(TpmAlgorithm hash, int bits) =>
        TpmHash.Name(hash) is { } name && bits <= TpmHash.Size(hash) * 8
            ? name
            : throw new ArgumentException("one digest of the hash has fewer bits", nameof(hash));
}
