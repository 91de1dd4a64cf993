using System.Security.Cryptography;

namespace Doorward.Core.Devices.Attestation;

/// <summary>Verifies that an attestation key certified a device key (TPM2_Certify, Part 3 section 18.2): both are then in one TPM.</summary>
public static class Certifications
{
    public static AttestationVerdict Verify(
        ReadOnlySpan<byte> attest, ReadOnlySpan<byte> signature, TpmPublic attestationKey, TpmPublic deviceKey, ReadOnlySpan<byte> nonce)
    {
        var promise = KeyPromises.OfAttestationKey(attestationKey);
        if (!promise.IsProven) return promise;
        promise = KeyPromises.OfDeviceKey(deviceKey);
        if (!promise.IsProven) return promise;
        if (TpmSignature.Parse(signature) is not { } signed || TpmAttest.Parse(attest) is not TpmAttest.Certify certified)
            return AttestationVerdict.Refused(AttestationFault.Malformed, "what came is not the certification of a key");
        if (!signed.IsBy(attestationKey, attest))
            return AttestationVerdict.Refused(AttestationFault.Signature, "the certification is not signed by the attestation key");
        if (nonce.IsEmpty || !CryptographicOperations.FixedTimeEquals(certified.Nonce.Span, nonce))
            return AttestationVerdict.Refused(AttestationFault.Nonce, "the certification answers another challenge");
        // The name holds the attributes too: a key that could leave its TPM has another one.
        return deviceKey.Name is { Length: > 0 } name && certified.Name.Span.SequenceEqual(name)
            ? AttestationVerdict.Proven
            : AttestationVerdict.Refused(AttestationFault.OtherKey, "the certification is about another key");
    }
}
