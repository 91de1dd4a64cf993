using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Doorward.Core.Devices.Attestation;

/// <summary>What a device with a TPM says of its keys when it enrols; each area as TPMT_PUBLIC.</summary>
public sealed record TpmKeys
{
    public required TpmPublic EndorsementKey { get; init; }

    /// <summary>The certificate that the manufacturer left in the TPM, if it did.</summary>
    public ReadOnlyMemory<byte>? EndorsementCertificate { get; init; }
    public required TpmPublic AttestationKey { get; init; }
    public required TpmPublic DeviceKey { get; init; }
}

/// <summary>What a device answers: the secret of the credential, the certification of its key, and a quote.</summary>
public sealed record TpmAnswer
{
    public required ReadOnlyMemory<byte> Secret { get; init; }
    public required ReadOnlyMemory<byte> Certification { get; init; }
    public required ReadOnlyMemory<byte> CertificationSignature { get; init; }
    public required QuoteEvidence Quote { get; init; }
}

/// <summary>What the device was asked, and whom we trust. The nonce was <see cref="ChallengeLedger.Redeem">redeemed</see>.</summary>
public sealed record TpmQuestion
{
    public required ReadOnlyMemory<byte> Nonce { get; init; }
    public required ReadOnlyMemory<byte> Secret { get; init; }
    public required PcrSelection Selection { get; init; }
    public required X509Certificate2Collection Manufacturers { get; init; }
    public X509Certificate2Collection Intermediates { get; init; } = [];
    public IReadOnlyDictionary<int, ReadOnlyMemory<byte>> Registers { get; init; } = new Dictionary<int, ReadOnlyMemory<byte>>();
}

/// <summary>
/// The whole of what raises a device key from <c>tpm</c> to <c>tpm-attested</c>: a manufacturer vouches for the TPM, the TPM shows that it
/// holds the attestation key, that one certifies the device key and quotes the registers. All of it, or none.
/// </summary>
public static class DeviceAttestation
{
    public const int SecretBytes = 32;

    /// <summary>The credential to send; null when the endorsement key is none that we know how to write to.</summary>
    public static SealedCredential? Challenge(TpmKeys keys, ReadOnlySpan<byte> secret) =>
        KeyPromises.OfAttestationKey(keys.AttestationKey).IsProven && KeyPromises.OfEndorsementKey(keys.EndorsementKey).IsProven
            ? SealedCredential.Make(keys.EndorsementKey, keys.AttestationKey.Name, secret)
            : null;

    public static AttestationVerdict Verify(TpmKeys keys, TpmAnswer answer, TpmQuestion question, DateTimeOffset now, out TpmClock clock)
    {
        clock = default;
        if (keys.EndorsementCertificate is not { } certificate)
            return AttestationVerdict.Refused(AttestationFault.Endorsement, "the TPM has no endorsement certificate");
        var verdict = EndorsementCertificates.Verify(certificate.Span, keys.EndorsementKey, question.Manufacturers, question.Intermediates, now);
        return verdict.IsProven ? VerifyAnswer(keys, answer, question, out clock) : verdict;
    }

    /// <summary>All of it but the manufacturer: the keys are in one TPM, whoever made it.</summary>
    public static AttestationVerdict VerifyAnswer(TpmKeys keys, TpmAnswer answer, TpmQuestion question, out TpmClock clock)
    {
        clock = default;
        if (question.Secret.Length != SecretBytes || !CryptographicOperations.FixedTimeEquals(answer.Secret.Span, question.Secret.Span))
            return AttestationVerdict.Refused(AttestationFault.Activation, "the attestation key is not in the TPM of the endorsement key");
        var verdict = Certifications.Verify(
            answer.Certification.Span, answer.CertificationSignature.Span, keys.AttestationKey, keys.DeviceKey, question.Nonce.Span);
        if (!verdict.IsProven) return verdict;
        var expected = new QuoteExpectation
        {
            AttestationKey = keys.AttestationKey,
            Nonce = question.Nonce,
            Selection = question.Selection,
            Values = question.Registers,
        };
        return Quotes.Verify(answer.Quote, expected, out clock);
    }
}
