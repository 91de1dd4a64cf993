namespace Doorward.Core.Devices.Attestation;

/// <summary>Why an attestation is refused.</summary>
public enum AttestationFault
{
    /// <summary>Nobody looked: the zero value proves nothing.</summary>
    Unverified,

    /// <summary>The bytes are not what they should be.</summary>
    Malformed,

    /// <summary>A certificate chain that does not lead to a manufacturer whom we trust, or is not of this key.</summary>
    Endorsement,

    /// <summary>The secret that only the TPM of that endorsement key could read came back wrong.</summary>
    Activation,

    /// <summary>The key's attributes do not promise what they must.</summary>
    Attributes,

    /// <summary>The signature is not by the attestation key.</summary>
    Signature,

    /// <summary>It answers another challenge, or one that was answered already.</summary>
    Nonce,

    /// <summary>The challenge is too old.</summary>
    Stale,

    /// <summary>It was made before one that was accepted already.</summary>
    Replayed,

    /// <summary>It is about another key.</summary>
    OtherKey,

    /// <summary>The registers are others than were asked for, or do not have the values that they must.</summary>
    Registers,
}

/// <summary>Whether something is proven, and otherwise why not, in a sentence for the log and the person who enrols.</summary>
public readonly record struct AttestationVerdict
{
    private AttestationVerdict(bool isProven, AttestationFault fault, string why) => (IsProven, Fault, Why) = (isProven, fault, why);

    public static AttestationVerdict Proven { get; } = new(true, AttestationFault.Unverified, "");

    public bool IsProven { get; }

    public AttestationFault Fault { get; }

    public string? Why { get; }

    public static AttestationVerdict Refused(AttestationFault fault, string why) => new(false, fault, why);
}
