namespace Doorward.Core.Devices.Attestation;

/// <summary>What the attributes of a key must promise, each by its use.</summary>
public static class KeyPromises
{
    private const TpmKeyAttributes BornHere = TpmKeyAttributes.FixedTpm | TpmKeyAttributes.FixedParent | TpmKeyAttributes.SensitiveDataOrigin;

    /// <summary>An attestation key: never left its TPM, and signs nothing but what the TPM itself made.</summary>
    public static AttestationVerdict OfAttestationKey(TpmPublic key) =>
        Needs(key, "attestation key", BornHere | TpmKeyAttributes.Sign | TpmKeyAttributes.Restricted, TpmKeyAttributes.Decrypt)
        ?? (key.Scheme is TpmAlgorithm.EcDsa or TpmAlgorithm.RsaSsa or TpmAlgorithm.RsaPss && TpmHash.Name(key.SchemeHash) is not null
            ? AttestationVerdict.Proven
            : Refused("attestation key", "it signs by a scheme that is not accepted"));

    /// <summary>A device key: never left its TPM, signs, and is P-256.</summary>
    public static AttestationVerdict OfDeviceKey(TpmPublic key) =>
        Needs(key, "device key", BornHere | TpmKeyAttributes.Sign, TpmKeyAttributes.Decrypt)
        ?? (key.Curve == TpmCurve.P256 && key.Elliptic() is not null ? AttestationVerdict.Proven : Refused("device key", "it is not a P-256 key"));

    /// <summary>An endorsement key: never left its TPM, and reads only what was written to a name in it.</summary>
    public static AttestationVerdict OfEndorsementKey(TpmPublic key) =>
        Needs(key, "endorsement key", BornHere | TpmKeyAttributes.Decrypt | TpmKeyAttributes.Restricted, TpmKeyAttributes.Sign) ?? AttestationVerdict.Proven;

    private static AttestationVerdict? Needs(TpmPublic key, string what, TpmKeyAttributes wanted, TpmKeyAttributes unwanted)
    {
        if (TpmHash.Name(key.NameAlgorithm) is null) return Refused(what, "it is named by a hash that is not accepted");
        var missing = wanted & ~key.Attributes;
        if (missing != TpmKeyAttributes.None) return Refused(what, $"it lacks {missing}");
        return (key.Attributes & unwanted) != TpmKeyAttributes.None ? Refused(what, $"it has {key.Attributes & unwanted}") : null;
    }

    private static AttestationVerdict Refused(string what, string why) => AttestationVerdict.Refused(AttestationFault.Attributes, $"the {what} cannot be used: {why}");
}
