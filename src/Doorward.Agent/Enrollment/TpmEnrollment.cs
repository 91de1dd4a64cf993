using Doorward.Agent.Tpm;
using Doorward.Core.Devices.Attestation;

namespace Doorward.Agent.Enrollment;

/// <summary>The two keys of a device in its TPM: what it signs with, and what vouches for that.</summary>
internal sealed record TpmKeyPair(TpmKeyBlob Device, TpmKeyBlob Attestation);

/// <summary>The device's side of enrolment with attestation. Nothing stays loaded between its steps.</summary>
internal sealed class TpmEnrollment(TpmConnection tpm)
{
    /// <summary>New keys, and what is to be said of them.</summary>
    public (TpmKeyPair Pair, TpmKeys Keys) CreateKeys()
    {
        var pair = MakePair();
        using var endorsement = EndorsementKey.Load(tpm);
        return (pair, new TpmKeys
        {
            EndorsementKey = endorsement.Public,
            EndorsementCertificate = endorsement.Certificate,
            AttestationKey = Area(pair.Attestation),
            DeviceKey = Area(pair.Device),
        });
    }

    /// <summary>Answers a challenge: reads the secret, certifies the device key and quotes the registers.</summary>
    public TpmAnswer Answer(TpmKeyPair pair, SealedCredential credential, ReadOnlySpan<byte> nonce, PcrSelection selection)
    {
        using var attestationKey = Load(pair.Attestation);
        byte[] secret;
        using (var endorsement = EndorsementKey.Load(tpm)) secret = tpm.ActivateCredential(attestationKey, endorsement.Key, credential);
        using var deviceKey = Load(pair.Device);
        var (attest, signature) = tpm.Certify(deviceKey, attestationKey, nonce);
        return new TpmAnswer { Secret = secret, Certification = attest, CertificationSignature = signature, Quote = Quote(attestationKey, nonce, selection) };
    }

    /// <summary>The registers as they are now, for one nonce.</summary>
    public QuoteEvidence Quote(TpmKeyBlob attestation, ReadOnlySpan<byte> nonce, PcrSelection selection)
    {
        using var attestationKey = Load(attestation);
        return Quote(attestationKey, nonce, selection);
    }

    private TpmKeyPair MakePair()
    {
        using var root = StorageRoot();
        return new TpmKeyPair(tpm.Create(root, TpmTemplates.DeviceKey), tpm.Create(root, TpmTemplates.AttestationKey));
    }

    private TpmObject Load(TpmKeyBlob blob)
    {
        using var root = StorageRoot();
        return tpm.Load(root, blob);
    }

    private TpmObject StorageRoot() => tpm.CreatePrimary(TpmHandle.Owner, TpmTemplates.StorageRootKey).Key;

    private static TpmPublic Area(TpmKeyBlob blob) => TpmPublic.Parse(blob.Public.Span) ?? throw TpmException.Unreadable("a new key");

    // Values may change between reading and quoting; then the verifier refuses, and the next quote is a new one.
    private QuoteEvidence Quote(TpmObject attestationKey, ReadOnlySpan<byte> nonce, PcrSelection selection)
    {
        var values = tpm.ReadRegisters(selection);
        var (attest, signature) = tpm.Quote(attestationKey, nonce, selection);
        return new QuoteEvidence { Attest = attest, Signature = signature, Selection = selection, Values = values };
    }
}
