using System.Security.Cryptography;

namespace Doorward.Core.Devices.Attestation;

/// <summary>The algorithms of TPM_ALG_ID (Part 2 section 6.3) that we have to do with.</summary>
public enum TpmAlgorithm : ushort
{
    None = 0x0000,
    Rsa = 0x0001,
    Sha1 = 0x0004,
    Aes = 0x0006,
    Sha256 = 0x000B,
    Sha384 = 0x000C,
    Sha512 = 0x000D,
    Null = 0x0010,
    RsaSsa = 0x0014,
    RsaEs = 0x0015,
    RsaPss = 0x0016,
    Oaep = 0x0017,
    EcDsa = 0x0018,
    EcDaa = 0x001A,
    Ecc = 0x0023,
    Cfb = 0x0043,
}

/// <summary>The hashes among them. SHA-1 banks are read and named; nothing that is signed or named by SHA-1 is believed.</summary>
public static class TpmHash
{
    public static HashAlgorithmName? Name(TpmAlgorithm algorithm) => algorithm switch
    {
        TpmAlgorithm.Sha256 => HashAlgorithmName.SHA256,
        TpmAlgorithm.Sha384 => HashAlgorithmName.SHA384,
        TpmAlgorithm.Sha512 => HashAlgorithmName.SHA512,
        _ => null,
    };

    /// <summary>The size of a digest in bytes; 0 for what is no hash of ours.</summary>
    public static int Size(TpmAlgorithm algorithm) => algorithm switch
    {
        TpmAlgorithm.Sha256 => 32,
        TpmAlgorithm.Sha384 => 48,
        TpmAlgorithm.Sha512 => 64,
        _ => 0,
    };
}
