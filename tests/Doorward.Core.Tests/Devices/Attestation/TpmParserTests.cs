using CsCheck;
using Doorward.Core.Devices.Attestation;

namespace Doorward.Core.Tests.Devices.Attestation;

/// <summary>Bytes of a stranger: every parser answers null or a structure, and never reads beyond the end.</summary>
public sealed class TpmParserTests
{
    // A P-256 attestation key, its quote of one register, and its signature: of the shape that a TPM gives, put together by hand.
    private static readonly byte[] Area = new TpmWriter()
        .UInt16((ushort)TpmAlgorithm.Ecc).UInt16((ushort)TpmAlgorithm.Sha256).UInt32(0x50472).Sized([])
        .UInt16((ushort)TpmAlgorithm.Null).UInt16((ushort)TpmAlgorithm.EcDsa).UInt16((ushort)TpmAlgorithm.Sha256)
        .UInt16((ushort)TpmCurve.P256).UInt16((ushort)TpmAlgorithm.Null)
        .Sized(new byte[32]).Sized(new byte[31]).ToArray();

    private static readonly byte[] Quote = new TpmWriter()
        .UInt32(0xFF544347).UInt16(0x8018).Sized(new byte[34]).Sized(new byte[32])
        .UInt64(1234).UInt32(5).UInt32(6).Byte(1).UInt64(7)
        .UInt32(1).UInt16((ushort)TpmAlgorithm.Sha256).Byte(3).Raw([0b1000_0001, 0, 1]).Sized(new byte[32]).ToArray();

    private static readonly byte[] Signature = new TpmWriter()
        .UInt16((ushort)TpmAlgorithm.EcDsa).UInt16((ushort)TpmAlgorithm.Sha256).Sized(new byte[32]).Sized(new byte[32]).ToArray();

    [Fact]
    public void Whole_structures_are_read()
    {
        var key = TpmPublic.Parse(Area)!;
        var quote = Assert.IsType<TpmAttest.Quote>(TpmAttest.Parse(Quote));

        Assert.True(KeyPromises.OfAttestationKey(key).IsProven);
        Assert.Equal(34, key.Name.Length);
        Assert.Equal(new TpmClock(1234, 5, 6, true), quote.Clock);
        Assert.Equal(new PcrSelection(TpmAlgorithm.Sha256, [0, 7, 16]), Assert.Single(quote.Selections));
        Assert.NotNull(TpmSignature.Parse(Signature));
    }

    [Fact]
    public void Every_shortened_structure_and_every_one_with_a_byte_too_many_is_refused()
    {
        for (var length = 0; length < Area.Length; length++) Assert.Null(TpmPublic.Parse(Area.AsSpan(0, length)));
        for (var length = 0; length < Quote.Length; length++) Assert.Null(TpmAttest.Parse(Quote.AsSpan(0, length)));
        for (var length = 0; length < Signature.Length; length++) Assert.Null(TpmSignature.Parse(Signature.AsSpan(0, length)));
        Assert.Null(TpmPublic.Parse([.. Area, 0]));
        Assert.Null(TpmAttest.Parse([.. Quote, 0]));
        Assert.Null(TpmSignature.Parse([.. Signature, 0]));
    }

    [Fact]
    public void Any_bytes_are_read_or_refused_and_nothing_throws() => Gen.Byte.Array[0, 300].Sample(ReadAll, iter: 2_000);

    [Fact]
    public void Structures_with_changed_bytes_are_read_or_refused_and_nothing_throws() =>
        Gen.Select(Gen.Int[0, 2].Select(static which => new[] { Area, Quote, Signature }[which]), Gen.Select(Gen.Int[0, 200], Gen.Byte).Array[1, 6]).Sample((whole, changes) =>
        {
            var bytes = whole.ToArray();
            foreach (var (at, value) in changes) bytes[at % bytes.Length] = value;
            ReadAll(bytes);
        }, iter: 3_000);

    [Fact]
    public void A_key_off_its_curve_is_no_key()
    {
        using var key = TpmPublic.Parse(Area)!.EcdsaKey();

        Assert.Null(key);
        Assert.Null(SealedCredential.Make(TpmPublic.Parse(Area)! with { SymmetricBits = 128 }, [1], [2]));
        Assert.False(TpmSignature.Parse(Signature)!.IsBy(TpmPublic.Parse(Area)!, [1, 2, 3]));
    }

    [Fact]
    public void Small_and_odd_rsa_keys_are_no_keys()
    {
        var key = TpmPublic.Parse(Area)! with { Type = TpmAlgorithm.Rsa, RsaBits = 1024, Modulus = Filled(128) };

        Assert.Null(key.RsaParameters());
        Assert.Null((key with { RsaBits = 2048 }).RsaParameters());
        Assert.Null((key with { RsaBits = 2048, Modulus = Filled(256), Exponent = 3 }).RsaParameters());
        Assert.Null((key with { RsaBits = 0, Modulus = default }).RsaParameters());
        Assert.NotNull((key with { RsaBits = 2048, Modulus = Filled(256) }).RsaParameters());
    }

    [Fact]
    public void A_clock_moves_forward_also_across_a_wrapped_count()
    {
        var now = new TpmClock(1000, uint.MaxValue, 3, true);

        Assert.True(now.IsNotBefore(now));
        Assert.True((now with { Milliseconds = 1001 }).IsNotBefore(now));
        Assert.True((now with { Resets = 0, Milliseconds = 1 }).IsNotBefore(now));
        Assert.False((now with { Milliseconds = 999 }).IsNotBefore(now));
        Assert.False((now with { Restarts = 2, Milliseconds = 2000 }).IsNotBefore(now));
        Assert.False(now.IsNotBefore(now with { Resets = 0 }));
    }

    private static byte[] Filled(int length) => [.. Enumerable.Repeat((byte)0xC1, length)];

    private static void ReadAll(byte[] bytes)
    {
        if (TpmPublic.Parse(bytes) is { } key)
        {
            _ = key.Name;
            _ = key.SubjectPublicKeyInfo();
            _ = KeyPromises.OfDeviceKey(key);
        }

        _ = TpmAttest.Parse(bytes);
        _ = TpmSignature.Parse(bytes)?.Joined(32);
    }
}
