namespace Doorward.Core.Devices.Attestation;

/// <summary>TPMA_OBJECT (Part 2 section 8.3): what a TPM promises of a key.</summary>
[Flags]
public enum TpmKeyAttributes : uint
{
    None = 0,

    /// <summary>The key never leaves this TPM.</summary>
    FixedTpm = 1 << 1,
    FixedParent = 1 << 4,

    /// <summary>The TPM made the secret itself; nobody else ever knew it.</summary>
    SensitiveDataOrigin = 1 << 5,
    UserWithAuth = 1 << 6,
    AdminWithPolicy = 1 << 7,
    NoDictionaryAttack = 1 << 10,

    /// <summary>Signs only what the TPM itself made, so that a signature over an attestation cannot be had for made-up bytes.</summary>
    Restricted = 1 << 16,
    Decrypt = 1 << 17,
    Sign = 1 << 18,
}
