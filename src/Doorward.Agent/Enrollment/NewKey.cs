using System.Security.Cryptography;
using Doorward.Agent.Keys;
using Doorward.Agent.Keys.Pkcs11;
using Doorward.Agent.State;
using Doorward.Agent.Tpm;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Attestation;
using Doorward.Core.Devices.Enrolment;

namespace Doorward.Agent.Enrollment;

/// <summary>A key for a device that is about to enrol, made where it is kept best, and what its keeper can say for it.</summary>
internal sealed class NewKey : IDisposable
{
    private readonly TpmAddress? _tpm;
    private readonly TpmKeyPair? _pair;

    private NewKey(IDeviceKey key, KeyPlace place, TpmAddress? tpm = null, TpmKeyPair? pair = null, TpmAreas? areas = null) =>
        (Key, Place, _tpm, _pair, Areas) = (key, place, tpm, pair, areas);

    public IDeviceKey Key { get; }

    public KeyPlace Place { get; }

    public TpmAreas? Areas { get; }

    public string Keeper => Key.Assurance.Name();

    public byte[] PublicKey
    {
        get
        {
            using var key = ECDsa.Create(Key.PublicKey);
            return key.ExportSubjectPublicKeyInfo();
        }
    }

    /// <summary>The keeper that was asked for; without a wish a TPM if there is one, and otherwise a file, which is said.</summary>
    public static NewKey Make(AgentFolder folder, EnrollOptions options, TextWriter notes)
    {
        if (options.TokenSettings is { } token) return new NewKey(Pkcs11DeviceKey.OpenOrCreate(token), new KeyPlace { Token = token });
        if (options.Keeper == "tpm" || (options.Keeper is null && HasTpm())) return InTpm(options.Tpm);
        if (options.Keeper is null) notes.WriteLine("There is no TPM here: the key lies in a file, and whoever copies the disk has it.");

        // Of an enrolment that did not come to its end: no device has it.
        File.Delete(folder.KeyFile);
        return new NewKey(FileDeviceKey.Create(folder.KeyFile, DeviceKeys.MachineId()), new KeyPlace());
    }

    /// <summary>What a TPM says to a challenge; null without one.</summary>
    public TpmProof? Answer(EnrolmentChallenge challenge)
    {
        if (_tpm is null || _pair is null || challenge.Tpm is not { } asked) return null;
        using var tpm = TpmConnection.Open(_tpm);
        var answer = new TpmEnrollment(tpm).Answer(
            _pair, new SealedCredential(asked.CredentialBlob, asked.EncryptedSeed), challenge.Nonce, new PcrSelection((TpmAlgorithm)asked.Bank, [.. asked.Registers]));
        return new TpmProof
        {
            Secret = answer.Secret.ToArray(),
            Certification = answer.Certification.ToArray(),
            CertificationSignature = answer.CertificationSignature.ToArray(),
            Quote = answer.Quote.Attest.ToArray(),
            QuoteSignature = answer.Quote.Signature.ToArray(),
            Registers = [.. answer.Quote.Values.Select(static value => value.ToArray())],
        };
    }

    public void Dispose() => Key.Dispose();

    private static bool HasTpm() => TpmAddress.OfThisMachine is TpmAddress.Device device ? File.Exists(device.Path) : OperatingSystem.IsWindows();

    private static NewKey InTpm(string? at)
    {
        var address = DeviceKeys.AddressOf(at);
        TpmKeyPair pair;
        TpmKeys keys;

        // A simulator serves one connection at a time: the key opens its own.
        using (var tpm = TpmConnection.Open(address)) (pair, keys) = new TpmEnrollment(tpm).CreateKeys();
        return new NewKey(
            new TpmDeviceKey(address, pair.Device),
            new KeyPlace { Tpm = new TpmPlace(at, pair.Device.ToArray(), pair.Attestation.ToArray()) },
            address,
            pair,
            new TpmAreas
            {
                EndorsementKey = keys.EndorsementKey.Bytes.ToArray(),
                EndorsementCertificate = keys.EndorsementCertificate?.ToArray(),
                AttestationKey = keys.AttestationKey.Bytes.ToArray(),
                DeviceKey = keys.DeviceKey.Bytes.ToArray(),
            });
    }
}
