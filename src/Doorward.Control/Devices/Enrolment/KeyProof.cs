using Doorward.Core.Devices;
using Doorward.Core.Devices.Attestation;
using Doorward.Core.Devices.Enrolment;

namespace Doorward.Control.Devices.Enrolment;

/// <summary>
/// Says how well a key is kept, of what was proven. A TPM that answers is <c>tpm</c>, and <c>tpm-attested</c> when a manufacturer whom the
/// operator trusts vouches for it as well; one whose answer is wrong is refused, whatever else it shows.
/// </summary>
internal sealed class KeyProof(TpmManufacturers manufacturers, TimeProvider time)
{
    public Proven Judge(EnrolmentClaim claim, EnrolmentAttempts.Attempt asked, TpmProof? proof)
    {
        if (claim.Tpm is not { } keys) return proof is null ? new Proven(claim.Keeper) : Refused("none was asked of it");
        if (proof is null) return Refused("there is none");
        var (roots, intermediates) = manufacturers.Read();
        var question = new TpmQuestion
        {
            Nonce = asked.Nonce,
            Secret = asked.Secret,
            Selection = EnrolmentAttempts.Registers,
            Manufacturers = roots,
            Intermediates = intermediates,
        };
        var answer = Answer(proof);
        var verdict = DeviceAttestation.VerifyAnswer(keys, answer, question, out _);
        if (!verdict.IsProven) return Refused(verdict.Why ?? "nothing is proven");
        verdict = DeviceAttestation.Verify(keys, answer, question, time.GetUtcNow(), out _);
        return verdict.IsProven ? new Proven(KeyAssurance.TpmAttested) : new Proven(KeyAssurance.Tpm, verdict.Why);
    }

    private static TpmAnswer Answer(TpmProof proof) => new()
    {
        Secret = proof.Secret,
        Certification = proof.Certification,
        CertificationSignature = proof.CertificationSignature,
        Quote = new QuoteEvidence
        {
            Attest = proof.Quote,
            Signature = proof.QuoteSignature,
            Selection = EnrolmentAttempts.Registers,
            Values = [.. proof.Registers.Select(static value => (ReadOnlyMemory<byte>)value)],
        },
    };

    private static Proven Refused(string why) => new(null, why);

    /// <param name="Assurance">Null when the answer is refused.</param>
    /// <param name="Why">Why it is refused, or not higher.</param>
    internal readonly record struct Proven(KeyAssurance? Assurance, string? Why = null);
}
