using System.Security.Cryptography;

namespace Doorward.Core.Devices.Attestation;

/// <summary>
/// A secret that can be read by one TPM alone, and there only when the key with that name is in it too (TPM2_MakeCredential, Part 3
/// section 12.6; Part 1 section 24). Who gives the secret back has shown that endorsement key and attestation key are in one TPM.
/// </summary>
public sealed record SealedCredential(ReadOnlyMemory<byte> Blob, ReadOnlyMemory<byte> EncryptedSeed)
{
    private const string SeedLabel = "IDENTITY";

    /// <summary>Seals a secret of at most one digest; null when the endorsement key is none that we know how to write to.</summary>
    public static SealedCredential? Make(TpmPublic endorsementKey, ReadOnlySpan<byte> name, ReadOnlySpan<byte> secret)
    {
        var hash = endorsementKey.NameAlgorithm;
        var size = TpmHash.Size(hash);
        if (size == 0 || endorsementKey.SymmetricBits is not (128 or 256) || secret.Length > size) return null;
        if ((endorsementKey.Type == TpmAlgorithm.Rsa ? SeedByRsa(endorsementKey, size) : SeedByExchange(endorsementKey, size)) is not { } seed) return null;

        // Part 1 section 24.4: encrypt, then authenticate together with the name.
        var identity = Encrypt(
            TpmDerivation.FromKey(hash, seed.Plain, "STORAGE", name, default, endorsementKey.SymmetricBits),
            new TpmWriter().Sized(secret).ToArray());
        var integrityKey = TpmDerivation.FromKey(hash, seed.Plain, "INTEGRITY", default, default, size * 8);
        var integrity = CryptographicOperations.HmacData(TpmHash.Name(hash)!.Value, integrityKey, new TpmWriter().Raw(identity).Raw(name).ToArray());
        return new SealedCredential(new TpmWriter().Sized(integrity).Raw(identity).ToArray(), seed.Sealed);
    }

    private static (byte[] Plain, byte[] Sealed)? SeedByRsa(TpmPublic key, int size)
    {
        if (key.RsaParameters() is not { } parameters) return null;
        var seed = RandomNumberGenerator.GetBytes(size);
        return (seed, TpmOaep.Encrypt(parameters, TpmHash.Name(key.NameAlgorithm)!.Value, TpmDerivation.Label(SeedLabel), seed));
    }

    // Part 1 annex C.6.4: an exchange with a key made for this once.
    private static (byte[] Plain, byte[] Sealed)? SeedByExchange(TpmPublic key, int size)
    {
        if (key.Elliptic() is not { } parameters) return null;
        try
        {
            using var theirs = ECDiffieHellman.Create(parameters);
            using var ours = ECDiffieHellman.Create(parameters.Curve);
            var point = ours.ExportParameters(includePrivateParameters: false).Q;
            var shared = ours.DeriveRawSecretAgreement(theirs.PublicKey);
            var seed = TpmDerivation.FromExchange(key.NameAlgorithm, shared, SeedLabel, point.X, parameters.Q.X, size * 8);
            return (seed, new TpmWriter().Sized(point.X).Sized(point.Y).ToArray());
        }
        catch (CryptographicException)
        {
            return null; // not a point of the curve
        }
    }

    private static byte[] Encrypt(byte[] key, byte[] plain)
    {
        const int block = 16;
        using var aes = Aes.Create();
        aes.Key = key;
        // CFB is a stream: what is beyond the text may be filled up and cut off again.
        var padded = new byte[(plain.Length + block - 1) / block * block];
        plain.CopyTo(padded, 0);
        return aes.EncryptCfb(padded, new byte[block], PaddingMode.None, feedbackSizeInBits: block * 8)[..plain.Length];
    }
}
