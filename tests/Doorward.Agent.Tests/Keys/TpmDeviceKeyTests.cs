using Doorward.Agent.Enrollment;
using Doorward.Agent.Keys;
using Doorward.Agent.Tests.Tpm;
using Doorward.Agent.Tpm;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Attestation;

namespace Doorward.Agent.Tests.Keys;

[Collection(TpmWorld.Shared)]
public sealed class TpmDeviceKeyTests
{
    private readonly TpmWorld _world;

    public TpmDeviceKeyTests(TpmWorld world)
    {
        Assert.SkipWhen(SoftwareTpm.Missing is not null, SoftwareTpm.Missing ?? "");
        _world = world;
    }

    [Fact]
    public void A_key_in_the_tpm_asks_for_a_certificate()
    {
        using var key = new TpmDeviceKey(_world.Mine.Address, _world.Pair.Device);

        Assert.Equal(KeyAssurance.Tpm, key.Assurance);
        Requests.Verify(key);
    }

    [Fact]
    public void A_key_that_may_leave_its_tpm_is_not_taken_for_one_that_may_not()
    {
        using var tpm = _world.Mine.Connect();
        using var root = tpm.CreatePrimary(TpmHandle.Owner, TpmTemplates.StorageRootKey).Key;
        var movable = tpm.Create(root, TpmTemplates.SigningKey(TpmKeyAttributes.SensitiveDataOrigin | TpmKeyAttributes.Sign));

        Assert.Throws<DeviceKeyException>(() => new TpmDeviceKey(_world.Mine.Address, movable));
    }

    [Fact]
    public void A_key_of_another_tpm_cannot_sign_here()
    {
        using var key = new TpmDeviceKey(_world.Other.Address, _world.Pair.Device);

        Assert.Contains("from another TPM", Assert.Throws<DeviceKeyException>(() => key.SignHash(new byte[32])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_survives_a_tpm_that_went_away_and_came_back()
    {
        await using var tpm = await SoftwareTpm.StartAsync(manufacturer: null);
        TpmKeyBlob blob;
        using (var connection = tpm.Connect()) blob = new TpmEnrollment(connection).CreateKeys().Pair.Device;
        using var key = new TpmDeviceKey(tpm.Address, blob);
        Requests.Verify(key);

        await tpm.VanishAsync();
        Assert.Contains("the TPM does not answer", Assert.Throws<DeviceKeyException>(() => key.SignHash(new byte[32])).Message, StringComparison.Ordinal);
        await tpm.ReturnAsync();
        Requests.Verify(key);

        // It does not notice while it is away, this time.
        await tpm.VanishAsync();
        await tpm.ReturnAsync();
        Requests.Verify(key);
    }
}
