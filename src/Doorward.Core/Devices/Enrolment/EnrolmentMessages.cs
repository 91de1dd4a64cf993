namespace Doorward.Core.Devices.Enrolment;

/// <summary>The first step: who wants to enrol, with which key. Names are for people to know the machine again; nothing is decided by them.</summary>
public sealed record EnrolmentStart
{
    /// <summary>The whole text of the link's fragment.</summary>
    public required string Secret { get; init; }
    public required string HostName { get; init; }

    /// <summary><c>linux</c>, <c>windows</c> or <c>macos</c>.</summary>
    public required string Platform { get; init; }

    /// <summary>Where the key is kept: <c>file</c>, <c>pkcs11</c> or <c>tpm</c>. A TPM has to be shown.</summary>
    public required string Keeper { get; init; }

    /// <summary>The device's key, as SubjectPublicKeyInfo.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>With a TPM: what it says of its keys.</summary>
    public TpmAreas? Tpm { get; init; }

    public override string ToString() => nameof(EnrolmentStart);
}

/// <summary>Keys in a TPM, each as TPMT_PUBLIC; the certificate in DER.</summary>
public sealed record TpmAreas
{
    public required byte[] EndorsementKey { get; init; }
    public byte[]? EndorsementCertificate { get; init; }
    public required byte[] AttestationKey { get; init; }
    public required byte[] DeviceKey { get; init; }
}

/// <summary>What is asked of the machine before it gets a certificate. Good for two minutes.</summary>
public sealed record EnrolmentChallenge
{
    /// <summary>Comes back as it is: the control plane keeps nothing meanwhile.</summary>
    public required string Attempt { get; init; }
    public required byte[] Nonce { get; init; }

    /// <summary>For who showed a TPM.</summary>
    public TpmChallenge? Tpm { get; init; }
}

/// <summary>A secret that only that TPM can read, for that attestation key alone, and the registers to quote.</summary>
public sealed record TpmChallenge
{
    public required byte[] CredentialBlob { get; init; }
    public required byte[] EncryptedSeed { get; init; }

    /// <summary>TPM_ALG_ID of the registers' bank.</summary>
    public required int Bank { get; init; }
    public required int[] Registers { get; init; }
}

/// <summary>The second step: the first one again, and the answers.</summary>
public sealed record EnrolmentFinish
{
    public required EnrolmentStart Start { get; init; }
    public required string Attempt { get; init; }

    /// <summary>PKCS#10 by the device's key, without names and extensions: the control plane gives those.</summary>
    public required byte[] SigningRequest { get; init; }
    public TpmProof? Tpm { get; init; }
}

/// <summary>The secret read, and what the attestation key says of the device's key and of the registers, both with the nonce.</summary>
public sealed record TpmProof
{
    public required byte[] Secret { get; init; }
    public required byte[] Certification { get; init; }
    public required byte[] CertificationSignature { get; init; }
    public required byte[] Quote { get; init; }
    public required byte[] QuoteSignature { get; init; }

    /// <summary>One value for each register asked for, in their order.</summary>
    public required byte[][] Registers { get; init; }
}

/// <summary>The machine is a device now.</summary>
public sealed record EnrolmentDone
{
    public required string DeviceId { get; init; }
    public required string Name { get; init; }

    /// <summary>As <see cref="KeyAssuranceNames"/> spell it.</summary>
    public required string KeyAssurance { get; init; }

    /// <summary>Why it is not higher, when more was shown than was proven.</summary>
    public string? AssuranceNote { get; init; }
    public required DeviceCertificate Certificate { get; init; }

    /// <summary>Scheme, host and port of <c>agent.</c>.</summary>
    public required string Agent { get; init; }

    /// <summary>For the first report.</summary>
    public required byte[] Nonce { get; init; }
}

/// <summary>An X.509-SVID and the root that signed it, in DER.</summary>
public sealed record DeviceCertificate
{
    public required byte[] Certificate { get; init; }
    public required byte[] Authority { get; init; }
    public required DateTimeOffset Expires { get; init; }
}

/// <summary>Why a device, or a replica of a connector, was refused: a stable code, a sentence, and what to do.</summary>
public sealed record DeviceProblem(string Code, string Detail, string Fix)
{
    /// <summary>Of a report that was refused: the nonce for the next one.</summary>
    public byte[]? Nonce { get; init; }

    /// <summary>Of a denial by policy: what its person could do, each enough alone, in place of <see cref="Fix"/>; null for none.</summary>
    public string[]? Remedies { get; init; }
}
