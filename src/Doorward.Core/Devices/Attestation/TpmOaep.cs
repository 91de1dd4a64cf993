using System.Numerics;
using System.Security.Cryptography;

namespace Doorward.Core.Devices.Attestation;

/// <summary>
/// RSAES-OAEP with a label (RFC 8017 section 7.1.1), which .NET's own does not take. Only the public operation: no private key and no
/// decryption is here whose time could tell something.
/// </summary>
internal static class TpmOaep
{
    public static byte[] Encrypt(RSAParameters key, HashAlgorithmName hash, ReadOnlySpan<byte> label, ReadOnlySpan<byte> message)
    {
        var labelHash = CryptographicOperations.HashData(hash, label);
        var (size, digest) = (key.Modulus!.Length, labelHash.Length);
        if (message.Length > size - (2 * digest) - 2) throw new ArgumentException("the message is too long for the key", nameof(message));

        // EM = 00 || maskedSeed || maskedDB, where DB = label hash || 00.. || 01 || message
        var encoded = new byte[size];
        var seed = encoded.AsSpan(1, digest);
        var data = encoded.AsSpan(1 + digest);
        labelHash.CopyTo(data);
        data[^(message.Length + 1)] = 1;
        message.CopyTo(data[^message.Length..]);
        RandomNumberGenerator.Fill(seed);
        Mask(data, hash, seed);
        Mask(seed, hash, data);

        var power = BigInteger.ModPow(Number(encoded), Number(key.Exponent), Number(key.Modulus)).ToByteArray(isUnsigned: true, isBigEndian: true);
        var result = new byte[size];
        power.CopyTo(result.AsSpan(size - power.Length));
        return result;
    }

    private static BigInteger Number(ReadOnlySpan<byte> bytes) => new(bytes, isUnsigned: true, isBigEndian: true);

    // MGF1 (RFC 8017 appendix B.2.1), applied in place.
    private static void Mask(Span<byte> target, HashAlgorithmName hash, ReadOnlySpan<byte> seed)
    {
        for (var (counter, done) = (0u, 0); done < target.Length; counter++)
        {
            var block = CryptographicOperations.HashData(hash, new TpmWriter().Raw(seed).UInt32(counter).ToArray());
            for (var index = 0; index < block.Length && done < target.Length; index++) target[done++] ^= block[index];
        }
    }
}
