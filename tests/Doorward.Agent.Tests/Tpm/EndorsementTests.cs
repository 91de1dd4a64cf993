using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Doorward.Agent.Enrollment;
using Doorward.Agent.Tpm;
using Doorward.Core.Devices.Attestation;

namespace Doorward.Agent.Tests.Tpm;

/// <summary>Whose TPM it is: endorsement certificates and credentials.</summary>
[Collection(TpmWorld.Shared)]
public sealed class EndorsementTests
{
    private readonly TpmWorld _world;

    public EndorsementTests(TpmWorld world)
    {
        Assert.SkipWhen(SoftwareTpm.Missing is not null, SoftwareTpm.Missing ?? "");
        _world = world;
    }

    [Fact]
    public void The_certificate_of_its_manufacturer_is_believed_and_that_of_a_stranger_is_not()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = new CertificateRequest("CN=Somebody", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));

        Assert.True(_world.Verify().IsProven);
        Refused(AttestationFault.Endorsement, _world.Verify(question: _world.Question with { Manufacturers = [stranger] }));
        Refused(AttestationFault.Endorsement, _world.Verify(question: _world.Question with { Manufacturers = [] }));
        Refused(AttestationFault.Endorsement, _world.Verify(question: _world.Question with { Intermediates = [] }));
    }

    [Fact]
    public void A_tpm_without_a_certificate_is_not_attested() =>
        Refused(AttestationFault.Endorsement, _world.Verify(keys: _world.Keys with { EndorsementCertificate = null }));

    [Fact]
    public void A_certificate_that_is_not_valid_yet_is_refused() =>
        Refused(AttestationFault.Endorsement, _world.Verify(now: TimeProvider.System.GetUtcNow().AddYears(-1)));

    [Fact]
    public void The_certificate_of_another_tpm_is_refused()
    {
        using var tpm = _world.Other.Connect();
        using var foreign = EndorsementKey.Load(tpm);

        Assert.NotNull(foreign.Certificate);
        Refused(AttestationFault.Endorsement, _world.Verify(keys: _world.Keys with { EndorsementCertificate = foreign.Certificate }));
    }

    [Fact]
    public void The_certificate_of_an_authority_is_none_of_a_tpm()
    {
        var issuer = _world.Maker.Intermediates[0];
        var authority = EndorsementCertificates.Verify(issuer.RawData, _world.Keys.EndorsementKey, _world.Maker.Root, [], TimeProvider.System.GetUtcNow());

        Refused(AttestationFault.Endorsement, authority);
    }

    [Fact]
    public void A_certificate_that_is_none_is_refused() =>
        Refused(AttestationFault.Malformed, _world.Verify(keys: _world.Keys with { EndorsementCertificate = new byte[] { 0x30, 0x03, 1, 2, 3 } }));

    [Fact]
    public void Another_tpm_cannot_read_the_secret()
    {
        var sealedForMine = DeviceAttestation.Challenge(_world.Keys, _world.Secret)!;
        using var tpm = _world.Other.Connect();
        var enrollment = new TpmEnrollment(tpm);
        var pair = enrollment.CreateKeys().Pair;

        var error = Assert.Throws<TpmException>(() => enrollment.Answer(pair, sealedForMine, _world.Nonce, TpmWorld.BootRegisters));

        Assert.Contains("ActivateCredential", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_tpm_cannot_read_a_secret_that_was_sealed_to_another_key()
    {
        using var tpm = _world.Mine.Connect();
        var enrollment = new TpmEnrollment(tpm);
        var others = enrollment.CreateKeys().Pair;

        var error = Assert.Throws<TpmException>(() =>
            enrollment.Answer(others, DeviceAttestation.Challenge(_world.Keys, _world.Secret)!, _world.Nonce, TpmWorld.BootRegisters));

        Assert.Contains("integrity check failed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_secret_is_refused()
    {
        Refused(AttestationFault.Activation, _world.Verify(answer: _world.Answer with { Secret = RandomNumberGenerator.GetBytes(32) }));
        Refused(AttestationFault.Activation, _world.Verify(answer: _world.Answer with { Secret = default }, question: _world.Question with { Secret = default }));
    }

    [Fact]
    public async Task A_tpm_whose_manufacturer_left_no_certificate_reads_a_secret_sealed_to_its_elliptic_key()
    {
        await using var bare = await SoftwareTpm.StartAsync(manufacturer: null);
        using var tpm = bare.Connect();
        var enrollment = new TpmEnrollment(tpm);
        var (pair, keys) = enrollment.CreateKeys();

        var answer = enrollment.Answer(pair, DeviceAttestation.Challenge(keys, _world.Secret)!, _world.Nonce, TpmWorld.BootRegisters);

        Assert.Equal(TpmAlgorithm.Ecc, keys.EndorsementKey.Type);
        Assert.Equal(_world.Secret, answer.Secret.ToArray());
        Refused(AttestationFault.Endorsement, _world.Verify(keys, answer));
    }

    private static void Refused(AttestationFault fault, AttestationVerdict verdict)
    {
        Assert.False(verdict.IsProven);
        Assert.Equal(fault, verdict.Fault);
    }
}
