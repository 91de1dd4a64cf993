using Doorward.Agent.Enrollment;
using Doorward.Agent.Tpm;
using Doorward.Core.Devices.Attestation;

namespace Doorward.Agent.Tests.Tpm;

/// <summary>Keys that a TPM really made, but with fewer promises than they must have.</summary>
[Collection(TpmWorld.Shared)]
public sealed class KeyPromisesTests
{
    private const TpmKeyAttributes Made = TpmKeyAttributes.SensitiveDataOrigin | TpmKeyAttributes.Sign;
    private const TpmKeyAttributes Fixed = TpmKeyAttributes.FixedTpm | TpmKeyAttributes.FixedParent;
    private readonly TpmWorld _world;

    public KeyPromisesTests(TpmWorld world)
    {
        Assert.SkipWhen(SoftwareTpm.Missing is not null, SoftwareTpm.Missing ?? "");
        _world = world;
    }

    [Fact]
    public void An_attestation_key_that_is_not_restricted_is_refused_though_its_signatures_are_right()
    {
        var (keys, answer) = EnrolWith(attestation: TpmTemplates.SigningKey(Made | Fixed), device: TpmTemplates.DeviceKey);

        Assert.Null(DeviceAttestation.Challenge(keys, _world.Secret));
        Refused(_world.Verify(keys, answer), "Restricted");
        Refused(Quotes.Verify(answer.Quote, new QuoteExpectation { AttestationKey = keys.AttestationKey, Nonce = _world.Nonce, Selection = TpmWorld.BootRegisters }, out _), "Restricted");
    }

    [Fact]
    public void A_device_key_that_may_leave_its_tpm_is_refused_though_it_is_certified()
    {
        var (keys, answer) = EnrolWith(TpmTemplates.AttestationKey, TpmTemplates.SigningKey(Made));

        Refused(_world.Verify(keys, answer), "FixedTpm");
    }

    [Fact]
    public void A_device_key_whose_area_was_made_to_look_fixed_is_another_key()
    {
        var (keys, answer) = EnrolWith(TpmTemplates.AttestationKey, TpmTemplates.SigningKey(Made));
        var bytes = keys.DeviceKey.Bytes.ToArray();
        var attributes = (uint)(keys.DeviceKey.Attributes | Fixed);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), attributes);

        var verdict = _world.Verify(keys with { DeviceKey = TpmPublic.Parse(bytes)! }, answer);

        Assert.False(verdict.IsProven);
        Assert.Equal(AttestationFault.OtherKey, verdict.Fault);
    }

    [Fact]
    public void The_right_templates_pass_the_same_way()
    {
        var (keys, answer) = EnrolWith(TpmTemplates.AttestationKey, TpmTemplates.DeviceKey);

        Assert.Equal(AttestationVerdict.Proven, _world.Verify(keys, answer));
    }

    [Fact]
    public void A_tpm_refuses_to_let_a_restricted_key_sign_what_somebody_made_up()
    {
        using var tpm = _world.Mine.Connect();
        using var root = tpm.CreatePrimary(TpmHandle.Owner, TpmTemplates.StorageRootKey).Key;
        using var key = tpm.Load(root, _world.Pair.Attestation);

        var error = Assert.Throws<TpmException>(() => tpm.Sign(key, new byte[32]));

        Assert.Contains("invalid ticket", error.Message, StringComparison.Ordinal);
    }

    private (TpmKeys Keys, TpmAnswer Answer) EnrolWith(byte[] attestation, byte[] device)
    {
        using var tpm = _world.Mine.Connect();
        TpmKeyPair pair;
        using (var root = tpm.CreatePrimary(TpmHandle.Owner, TpmTemplates.StorageRootKey).Key)
            pair = new TpmKeyPair(tpm.Create(root, device), tpm.Create(root, attestation));
        var keys = _world.Keys with { DeviceKey = TpmPublic.Parse(pair.Device.Public.Span)!, AttestationKey = TpmPublic.Parse(pair.Attestation.Public.Span)! };
        var credential = SealedCredential.Make(keys.EndorsementKey, keys.AttestationKey.Name, _world.Secret)!;
        return (keys, new TpmEnrollment(tpm).Answer(pair, credential, _world.Nonce, TpmWorld.BootRegisters));
    }

    private static void Refused(AttestationVerdict verdict, string lacking)
    {
        Assert.False(verdict.IsProven);
        Assert.Equal(AttestationFault.Attributes, verdict.Fault);
        Assert.Contains(lacking, verdict.Why, StringComparison.Ordinal);
    }
}
