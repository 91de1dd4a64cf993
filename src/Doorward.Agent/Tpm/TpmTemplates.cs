using Doorward.Core.Devices.Attestation;

namespace Doorward.Agent.Tpm;

/// <summary>The public areas that keys are made by.</summary>
internal static class TpmTemplates
{
    private const TpmKeyAttributes BornHere = TpmKeyAttributes.FixedTpm | TpmKeyAttributes.FixedParent | TpmKeyAttributes.SensitiveDataOrigin;
    private const TpmKeyAttributes Storage = BornHere | TpmKeyAttributes.Restricted | TpmKeyAttributes.Decrypt;
    private const int FieldBytes = 32;

    // PolicySecret of the endorsement hierarchy (TCG EK Credential Profile, section B.6.2).
    private static ReadOnlySpan<byte> EndorsementPolicy =>
    [
        0x83, 0x71, 0x97, 0x67, 0x44, 0x84, 0xB3, 0xF8, 0x1A, 0x90, 0xCC, 0x8D, 0x46, 0xA5, 0xD7, 0x24,
        0xFD, 0x52, 0xD7, 0x6E, 0x06, 0x52, 0x0B, 0x64, 0xF2, 0xA1, 0xDA, 0x1B, 0x33, 0x14, 0x69, 0xAA,
    ];

    /// <summary>Template L-2 of the profile: the same seed and the same template give the same key in every call.</summary>
    public static byte[] EllipticEndorsementKey => Cipher(Begin(TpmAlgorithm.Ecc, Storage | TpmKeyAttributes.AdminWithPolicy, EndorsementPolicy))
        .UInt16((ushort)TpmAlgorithm.Null).UInt16((ushort)TpmCurve.P256).UInt16((ushort)TpmAlgorithm.Null)
        .Sized(new byte[FieldBytes]).Sized(new byte[FieldBytes]).ToArray();

    /// <summary>Template L-1.</summary>
    public static byte[] RsaEndorsementKey => Cipher(Begin(TpmAlgorithm.Rsa, Storage | TpmKeyAttributes.AdminWithPolicy, EndorsementPolicy))
        .UInt16((ushort)TpmAlgorithm.Null).UInt16(2048).UInt32(0).Sized(new byte[256]).ToArray();

    /// <summary>The parent of our keys (TCG TPM v2.0 Provisioning Guidance, section 7.5.1).</summary>
    public static byte[] StorageRootKey =>
        Cipher(Begin(TpmAlgorithm.Ecc, Storage | TpmKeyAttributes.UserWithAuth | TpmKeyAttributes.NoDictionaryAttack, []))
            .UInt16((ushort)TpmAlgorithm.Null).UInt16((ushort)TpmCurve.P256).UInt16((ushort)TpmAlgorithm.Null)
            .Sized(new byte[FieldBytes]).Sized(new byte[FieldBytes]).ToArray();

    public static byte[] AttestationKey => SigningKey(BornHere | TpmKeyAttributes.Sign | TpmKeyAttributes.Restricted);

    public static byte[] DeviceKey => SigningKey(BornHere | TpmKeyAttributes.Sign);

    /// <summary>A P-256 key that signs by ECDSA with SHA-256.</summary>
    public static byte[] SigningKey(TpmKeyAttributes attributes) =>
        Begin(TpmAlgorithm.Ecc, attributes | TpmKeyAttributes.UserWithAuth | TpmKeyAttributes.NoDictionaryAttack, [])
            .UInt16((ushort)TpmAlgorithm.Null)
            .UInt16((ushort)TpmAlgorithm.EcDsa).UInt16((ushort)TpmAlgorithm.Sha256)
            .UInt16((ushort)TpmCurve.P256).UInt16((ushort)TpmAlgorithm.Null)
            .Sized([]).Sized([]).ToArray();

    private static TpmWriter Begin(TpmAlgorithm type, TpmKeyAttributes attributes, ReadOnlySpan<byte> policy) =>
        new TpmWriter().UInt16((ushort)type).UInt16((ushort)TpmAlgorithm.Sha256).UInt32((uint)attributes).Sized(policy);

    private static TpmWriter Cipher(TpmWriter writer) => writer.UInt16((ushort)TpmAlgorithm.Aes).UInt16(128).UInt16((ushort)TpmAlgorithm.Cfb);
}
