using System.Security.Cryptography;
using System.Text.Json;
using Doorward.Control.Storage;
using Doorward.Core.Devices.Attestation;
using Doorward.Core.Devices.Enrolment;

namespace Doorward.Control.Devices.Enrolment;

/// <summary>
/// What was asked of machines that are enrolling. Sealed and given to them, so that strangers cost no memory here, and bound to what
/// they claimed, so that an answer is to this claim and no other.
/// </summary>
internal sealed class EnrolmentAttempts(SecretSealer sealer, TimeProvider time)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);
    private const int NonceBytes = 32;

    /// <summary>The registers that tell firmware, its settings and secure boot (TCG PC Client Platform Firmware Profile, section 3.3.4).</summary>
    public static readonly PcrSelection Registers = new(TpmAlgorithm.Sha256, [0, 1, 2, 3, 4, 5, 6, 7]);

    /// <summary>A challenge; null when the TPM's endorsement key is none that can be written to.</summary>
    public EnrolmentChallenge? Ask(EnrolmentClaim claim)
    {
        var nonce = RandomNumberGenerator.GetBytes(NonceBytes);
        var secret = RandomNumberGenerator.GetBytes(DeviceAttestation.SecretBytes);
        var credential = claim.Tpm is { } tpm ? DeviceAttestation.Challenge(tpm, secret) : null;
        if (claim.Tpm is not null && credential is null) return null;
        var attempt = new Attempt(nonce, secret, time.GetUtcNow());
        return new EnrolmentChallenge
        {
            Attempt = sealer.Seal(SecretPurposes.DeviceEnrolment, Row(claim), JsonSerializer.SerializeToUtf8Bytes(attempt, JsonSerializerOptions.Web)),
            Nonce = nonce,
            Tpm = credential is null ? null : new TpmChallenge
            {
                CredentialBlob = credential.Blob.ToArray(),
                EncryptedSeed = credential.EncryptedSeed.ToArray(),
                Bank = (int)Registers.Bank,
                Registers = [.. Registers.Registers],
            },
        };
    }

    /// <summary>What was asked for this claim; null when nothing was, or too long ago.</summary>
    public Attempt? Open(EnrolmentClaim claim, string attempt)
    {
        try
        {
            var opened = JsonSerializer.Deserialize<Attempt>(sealer.Unseal(SecretPurposes.DeviceEnrolment, Row(claim), attempt), JsonSerializerOptions.Web);
            return opened is not null && time.GetUtcNow() - opened.At is { } age && age >= TimeSpan.Zero && age <= Lifetime ? opened : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static string Row(EnrolmentClaim claim) => Convert.ToHexString(claim.Hash);

    internal sealed record Attempt(byte[] Nonce, byte[] Secret, DateTimeOffset At)
    {
        public override string ToString() => nameof(Attempt);
    }
}
