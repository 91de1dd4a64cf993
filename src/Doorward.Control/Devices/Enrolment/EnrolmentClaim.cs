using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Doorward.Core.Applications;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Attestation;
using Doorward.Core.Devices.Enrolment;

namespace Doorward.Control.Devices.Enrolment;

/// <summary>What a machine says when it begins, read and found to be in order. Nothing of it is proven yet.</summary>
internal sealed record EnrolmentClaim
{
    private const string P256 = "1.2.840.10045.3.1.7";
    private const int LongestName = 253;
    private const int LongestArea = 1024;
    private const int LongestCertificate = 8 * 1024;

    public required EnrolmentSecret Secret { get; init; }
    public required string HostName { get; init; }
    public required string Platform { get; init; }
    public required KeyAssurance Keeper { get; init; }
    public required PublicKey Key { get; init; }
    public TpmKeys? Tpm { get; init; }

    /// <summary>Names the claim: a challenge answers to it and to no other.</summary>
    public required byte[] Hash { get; init; }

    public byte[] PublicKey => Key.ExportSubjectPublicKeyInfo();

    /// <summary>The claim, or what is wrong with it.</summary>
    public static (EnrolmentClaim? Claim, DeviceProblem? Problem) Read(EnrolmentStart start)
    {
        if (!EnrolmentSecret.TryParse(start.Secret, out var secret)) return (null, DeviceProblems.Link);
        if (start.HostName.Length is 0 or > LongestName || start.HostName.Any(Shown.IsHidden)) return Wrong("The host name is empty, too long or has characters that do not show.");
        if (start.Platform is not ("linux" or "windows" or "macos")) return Wrong("The platform is none of linux, windows and macos.");
        if (KeeperOf(start.Keeper) is not { } keeper) return Wrong("The keeper of the key is none of file, pkcs11 and tpm.");
        if (KeyOf(start.PublicKey) is not { } key) return Wrong("The key must be an elliptic curve key on P-256.");
        if (keeper == KeyAssurance.Tpm != start.Tpm is not null) return Wrong("A key in a TPM comes with what the TPM says of it, and no other does.");
        var tpm = start.Tpm is null ? null : KeysOf(start.Tpm);
        if (start.Tpm is not null && tpm is null) return Wrong("What the TPM says of its keys cannot be read.");
        if (tpm is not null && tpm.DeviceKey.SubjectPublicKeyInfo()?.AsSpan().SequenceEqual(key.ExportSubjectPublicKeyInfo()) is not true)
            return Wrong("The device's key is another than the one in the TPM.");
        return (new EnrolmentClaim
        {
            Secret = secret,
            HostName = start.HostName,
            Platform = start.Platform,
            Keeper = keeper,
            Key = key,
            Tpm = tpm,
            Hash = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(start, DeviceJson.Default.EnrolmentStart)),
        }, null);
    }

    private static KeyAssurance? KeeperOf(string keeper) => keeper switch
    {
        "file" => KeyAssurance.File,
        "pkcs11" => KeyAssurance.Pkcs11,
        "tpm" => KeyAssurance.Tpm,
        _ => null,
    };

    private static PublicKey? KeyOf(byte[] der)
    {
        try
        {
            var key = System.Security.Cryptography.X509Certificates.PublicKey.CreateFromSubjectPublicKeyInfo(der, out var read);
            using var curve = key.GetECDsaPublicKey();
            return read == der.Length && curve?.ExportParameters(false).Curve.Oid.Value == P256 ? key : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static TpmKeys? KeysOf(TpmAreas areas)
    {
        if (areas.EndorsementCertificate is { Length: > LongestCertificate }
            || Area(areas.EndorsementKey) is not { } endorsement || Area(areas.AttestationKey) is not { } attestation || Area(areas.DeviceKey) is not { } device)
            return null;
        return new TpmKeys
        {
            EndorsementKey = endorsement,
            EndorsementCertificate = areas.EndorsementCertificate is { } certificate ? certificate : default(ReadOnlyMemory<byte>?),
            AttestationKey = attestation,
            DeviceKey = device,
        };
    }

    private static TpmPublic? Area(byte[] bytes) => bytes.Length <= LongestArea ? TpmPublic.Parse(bytes) : null;

    private static (EnrolmentClaim?, DeviceProblem?) Wrong(string what) =>
        (null, new DeviceProblem("malformed", what, "Use the agent of this installation's version."));
}
