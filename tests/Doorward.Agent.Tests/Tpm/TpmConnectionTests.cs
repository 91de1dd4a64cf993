using System.Net;
using System.Net.Sockets;
using Doorward.Agent.Enrollment;
using Doorward.Agent.Tpm;
using Doorward.Core.Devices.Attestation;

namespace Doorward.Agent.Tests.Tpm;

/// <summary>How a TPM is spoken to, and what becomes of one that goes away, lies, or says no.</summary>
[Collection(TpmWorld.Shared)]
public sealed class TpmConnectionTests
{
    private readonly TpmWorld _world;

    public TpmConnectionTests(TpmWorld world)
    {
        Assert.SkipWhen(SoftwareTpm.Missing is not null, SoftwareTpm.Missing ?? "");
        _world = world;
    }

    [Fact]
    public void It_says_who_made_it_and_gives_random_bytes()
    {
        using var tpm = _world.Mine.Connect();

        Assert.Equal("IBM", tpm.Manufacturer());
        Assert.Equal(24, tpm.Random(24).Length);
    }

    [Fact]
    public void Nothing_stays_loaded()
    {
        using var tpm = _world.Mine.Connect();
        var enrollment = new TpmEnrollment(tpm);

        // There is room for three objects: one that is forgotten fails the third round at the latest.
        for (var round = 0; round < 4; round++)
        {
            var credential = DeviceAttestation.Challenge(_world.Keys, _world.Secret)!;
            Assert.Equal(_world.Secret, enrollment.Answer(_world.Pair, credential, _world.Nonce, TpmWorld.BootRegisters).Secret.ToArray());
        }
    }

    [Fact]
    public void A_full_tpm_says_so_in_words()
    {
        using var tpm = _world.Other.Connect();
        var loaded = new List<TpmObject>();

        var error = Assert.Throws<TpmException>(() =>
        {
            for (var count = 0; count < 8; count++) loaded.Add(tpm.CreatePrimary(TpmHandle.Owner, TpmTemplates.StorageRootKey).Key);
        });
        loaded.ForEach(static key => key.Dispose());

        Assert.Equal("the TPM refused CreatePrimary: out of memory for objects: transient ones must be flushed (0x902)", error.Message);
        tpm.CreatePrimary(TpmHandle.Owner, TpmTemplates.StorageRootKey).Key.Dispose();
    }

    [Fact]
    public void A_public_area_reads_the_same_from_the_tpm_as_from_its_blob()
    {
        using var tpm = _world.Mine.Connect();
        using var root = tpm.CreatePrimary(TpmHandle.Owner, TpmTemplates.StorageRootKey).Key;
        using var key = tpm.Load(root, TpmKeyBlob.Parse(_world.Pair.Device.ToArray())!);

        Assert.Equal(_world.Keys.DeviceKey.Name, tpm.ReadPublic(key).Name);
    }

    [Fact]
    public void A_key_that_another_tpm_made_does_not_load()
    {
        using var tpm = _world.Other.Connect();
        using var root = tpm.CreatePrimary(TpmHandle.Owner, TpmTemplates.StorageRootKey).Key;

        var error = Assert.Throws<TpmException>(() => tpm.Load(root, _world.Pair.Device));

        Assert.Contains("it is from another TPM, or was changed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_that_was_never_defined_is_nothing()
    {
        using var tpm = _world.Mine.Connect();

        Assert.Null(tpm.ReadMemory(0x01C00F00));
    }

    [Fact]
    public async Task A_tpm_that_vanishes_is_said_to_be_gone_and_nothing_hangs()
    {
        await using var doomed = await SoftwareTpm.StartAsync(manufacturer: null);
        using var tpm = doomed.Connect();
        using var key = tpm.CreatePrimary(TpmHandle.Owner, TpmTemplates.StorageRootKey).Key;
        await doomed.VanishAsync();

        var error = Assert.Throws<TpmException>(() => tpm.Create(key, TpmTemplates.DeviceKey));

        Assert.True(error.IsGone);
        Assert.StartsWith("the TPM does not answer: ", error.Message, StringComparison.Ordinal);
        Assert.True(Assert.Throws<TpmException>(() => tpm.Random(8)).IsGone);
    }

    [Theory]
    [InlineData("", "in the middle of a response")]
    [InlineData("8001000000", "in the middle of a response")]
    [InlineData("80010000000c00000000", "in the middle of a response")]
    [InlineData("8001ffffffff00000000", "the length of a response")]
    [InlineData("80010000000900000000", "the length of a response")]
    [InlineData("80010000000a0000000000", "the length of a response")]
    [InlineData("12340000000a00000000", "its header")]
    [InlineData("80010000000a00000000", "random bytes")]
    [InlineData("80010000000cffffffffffff", "an error of the layer above it")]
    [InlineData("80010000000c000000000fff", "random bytes")]
    [InlineData("80010000000a00000922", "it is busy: try again (0x922)")]
    public async Task An_answer_that_is_none_is_an_error_in_words(string answer, string words)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var liar = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().ReadAtLeastAsync(new byte[12], 12);
            await client.GetStream().WriteAsync(Convert.FromHexString(answer));
        });
        using var tpm = TpmConnection.Open(new TpmAddress.Socket(listener.LocalEndpoint));

        var error = Assert.Throws<TpmException>(() => tpm.Random(8));
        await liar;

        Assert.Contains(words, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_an_answer_that_is_none_the_next_one_is_not_believed()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var liar = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync(Convert.FromHexString("8001ffffffff00000000"));
            // What it would say next is a right answer, though to no question of ours.
            await client.GetStream().ReadAtLeastAsync(new byte[12], 12);
            await client.GetStream().WriteAsync(Convert.FromHexString("8001000000140000000000081122334455667788"));
            await client.GetStream().ReadAtLeastAsync(new byte[12], 12, throwOnEndOfStream: false);
        });
        using (var tpm = TpmConnection.Open(new TpmAddress.Socket(listener.LocalEndpoint)))
        {
            Assert.Throws<TpmException>(() => tpm.Random(8));
            Assert.True(Assert.Throws<TpmException>(() => tpm.Random(8)).IsGone);
        }

        await liar;
    }

    [Fact]
    public void A_machine_without_a_tpm_says_so()
    {
        var error = Assert.Throws<TpmException>(() => TpmConnection.Open(TpmAddress.Parse("/dev/there-is-no-tpm-here")!));

        Assert.True(error.IsGone);
    }

    [Theory]
    [InlineData("")]
    [InlineData("tcp:127.0.0.1")]
    [InlineData("tcp:somewhere:2321")]
    [InlineData("unix:relative")]
    [InlineData("dev/tpm0")]
    public void Addresses_that_name_nothing_are_refused(string address) => Assert.Null(TpmAddress.Parse(address));
}
