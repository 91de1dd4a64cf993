using System.Security.Cryptography;
using Doorward.Agent.Enrollment;
using Doorward.Agent.Tpm;
using Doorward.Core.Devices.Attestation;

namespace Doorward.Agent.Tests.Tpm;

/// <summary>Two manufactured TPMs of one manufacturer, and one device enrolled with the first, for all tests that look and do not break.</summary>
[CollectionDefinition(Shared)]
public sealed class TpmWorld : IAsyncLifetime, ICollectionFixture<TpmWorld>
{
    public const string Shared = "software TPMs";
    internal static readonly PcrSelection BootRegisters = new(TpmAlgorithm.Sha256, [0, 1, 2, 3, 7, 16]);
    private SoftwareTpm? _mine;
    private SoftwareTpm? _other;
    private Manufacturer? _maker;

    internal SoftwareTpm Mine => _mine!;

    internal SoftwareTpm Other => _other!;

    internal Manufacturer Maker => _maker!;

    internal byte[] Nonce { get; } = RandomNumberGenerator.GetBytes(32);

    internal byte[] Secret { get; } = RandomNumberGenerator.GetBytes(DeviceAttestation.SecretBytes);

    internal TpmKeyPair Pair { get; private set; } = null!;

    internal TpmKeys Keys { get; private set; } = null!;

    internal TpmAnswer Answer { get; private set; } = null!;

    internal TpmQuestion Question => new()
    {
        Nonce = Nonce,
        Secret = Secret,
        Selection = BootRegisters,
        Manufacturers = Maker.Root,
        Intermediates = Maker.Intermediates,
    };

    public async ValueTask InitializeAsync()
    {
        if (SoftwareTpm.Missing is not null) return;
        _maker = new Manufacturer();
        _mine = await SoftwareTpm.StartAsync(_maker, overTcp: true);
        _other = await SoftwareTpm.StartAsync(_maker);
        using var tpm = Mine.Connect();
        var enrollment = new TpmEnrollment(tpm);
        (Pair, Keys) = enrollment.CreateKeys();
        Answer = enrollment.Answer(Pair, DeviceAttestation.Challenge(Keys, Secret)!, Nonce, BootRegisters);
    }

    public async ValueTask DisposeAsync()
    {
        if (_mine is not null) await _mine.DisposeAsync();
        if (_other is not null) await _other.DisposeAsync();
        _maker?.Dispose();
    }

    internal AttestationVerdict Verify(
        TpmKeys? keys = null, TpmAnswer? answer = null, TpmQuestion? question = null, DateTimeOffset? now = null) =>
        DeviceAttestation.Verify(keys ?? Keys, answer ?? Answer, question ?? Question, now ?? TimeProvider.System.GetUtcNow(), out _);
}
