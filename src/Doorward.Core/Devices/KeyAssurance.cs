namespace Doorward.Core.Devices;

/// <summary>How well a device's key is kept, weakest first. The zero value promises nothing.</summary>
public enum KeyAssurance
{
    /// <summary>In a file: whoever copies the disk has the key.</summary>
    File,

    /// <summary>Made in a PKCS#11 token, which says that it never gives it away.</summary>
    Pkcs11,

    /// <summary>Made in a TPM, as the device says.</summary>
    Tpm,

    /// <summary>Made in a TPM, as that TPM's own endorsement key and attestation key prove.</summary>
    TpmAttested,
}

/// <summary>The assurance as policies and records spell it.</summary>
public static class KeyAssuranceNames
{
    public static string Name(this KeyAssurance assurance) => assurance switch
    {
        KeyAssurance.File => "file",
        KeyAssurance.Pkcs11 => "pkcs11",
        KeyAssurance.Tpm => "tpm",
        KeyAssurance.TpmAttested => "tpm-attested",
        _ => throw new ArgumentOutOfRangeException(nameof(assurance)),
    };

    /// <summary>The assurance as policies compare it: 1 file, 2 pkcs11, 3 tpm, 4 tpm-attested.</summary>
    public static int Rank(this KeyAssurance assurance) => (int)assurance + 1;
}
