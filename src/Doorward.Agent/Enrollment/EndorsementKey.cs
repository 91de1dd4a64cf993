using Doorward.Agent.Tpm;
using Doorward.Core.Devices.Attestation;

namespace Doorward.Agent.Enrollment;

/// <summary>
/// The key by which a TPM is known to its manufacturer. It is not stored but follows from a seed, by the template whose certificate the
/// TPM holds; without one by the elliptic template.
/// </summary>
internal sealed record EndorsementKey(TpmObject Key, TpmPublic Public, ReadOnlyMemory<byte>? Certificate) : IDisposable
{
    // TCG EK Credential Profile, section 2.2.1.4.
    private const uint RsaCertificate = 0x01C00002;
    private const uint EllipticCertificate = 0x01C0000A;

    public static EndorsementKey Load(TpmConnection tpm)
    {
        var elliptic = tpm.ReadMemory(EllipticCertificate);
        var rsa = elliptic is null ? tpm.ReadMemory(RsaCertificate) : null;
        var (key, area) = tpm.CreatePrimary(TpmHandle.Endorsement, rsa is null ? TpmTemplates.EllipticEndorsementKey : TpmTemplates.RsaEndorsementKey);
        // A bare null would become an empty certificate.
        return new EndorsementKey(key, area, (elliptic ?? rsa) is { } certificate ? certificate : default(ReadOnlyMemory<byte>?));
    }

    public void Dispose() => Key.Dispose();
}
