using Doorward.Agent.Enrollment;
using Doorward.Agent.Tpm;
using Doorward.Core.Devices.Attestation;

namespace Doorward.Agent.Tests.Tpm;

/// <summary>From enrolment to a verified quote with a real TPM protocol, and everything that must not pass for it.</summary>
[Collection(TpmWorld.Shared)]
public sealed class AttestationTests
{
    private readonly TpmWorld _world;

    public AttestationTests(TpmWorld world)
    {
        Assert.SkipWhen(SoftwareTpm.Missing is not null, SoftwareTpm.Missing ?? "");
        _world = world;
    }

    [Fact]
    public void A_device_is_attested_when_manufacturer_tpm_key_and_registers_all_fit() => Assert.Equal(AttestationVerdict.Proven, _world.Verify());

    [Fact]
    public void Enrolment_with_attestation_takes_a_moment()
    {
        using var tpm = _world.Mine.Connect();
        var begun = TimeProvider.System.GetTimestamp();
        var enrollment = new TpmEnrollment(tpm);
        var (pair, keys) = enrollment.CreateKeys();
        var answer = enrollment.Answer(pair, DeviceAttestation.Challenge(keys, _world.Secret)!, _world.Nonce, TpmWorld.BootRegisters);
        Assert.True(_world.Verify(keys, answer).IsProven);
        var took = TimeProvider.System.GetElapsedTime(begun);

        Console.WriteLine($"note: keys made, certified, quoted and verified in {took.TotalMilliseconds:F0} ms (swtpm)");
        Assert.True(took < TimeSpan.FromSeconds(10), $"took {took}");
    }

    [Fact]
    public void Nothing_is_proven_by_the_zero_value() => Assert.False(default(AttestationVerdict).IsProven);

    [Fact]
    public void Any_changed_byte_of_the_quote_is_refused()
    {
        var quote = _world.Answer.Quote;
        for (var at = 0; at < quote.Attest.Length; at++)
            Refused(Quotes.Verify(quote with { Attest = Flipped(quote.Attest, at) }, Expectation(), out _));
        for (var at = 0; at < quote.Signature.Length; at++)
            Refused(Quotes.Verify(quote with { Signature = Flipped(quote.Signature, at) }, Expectation(), out _));
        Assert.True(Quotes.Verify(quote, Expectation(), out _).IsProven);
    }

    [Fact]
    public void Any_changed_byte_of_the_certification_is_refused()
    {
        for (var at = 0; at < _world.Answer.Certification.Length; at++)
            Refused(Certify(Flipped(_world.Answer.Certification, at), _world.Answer.CertificationSignature));
        for (var at = 0; at < _world.Answer.CertificationSignature.Length; at++)
            Refused(Certify(_world.Answer.Certification, Flipped(_world.Answer.CertificationSignature, at)));
        Assert.True(Certify(_world.Answer.Certification, _world.Answer.CertificationSignature).IsProven);
    }

    [Fact]
    public void Another_nonce_is_refused() =>
        Refused(AttestationFault.Nonce, _world.Verify(question: _world.Question with { Nonce = Flipped(_world.Nonce, 0) }));

    [Fact]
    public void No_nonce_is_refused()
    {
        using var tpm = _world.Mine.Connect();
        var quote = new TpmEnrollment(tpm).Quote(_world.Pair.Attestation, [], TpmWorld.BootRegisters);

        Refused(AttestationFault.Nonce, Quotes.Verify(quote, Expectation() with { Nonce = default }, out _));
    }

    [Fact]
    public void A_quote_in_place_of_the_certification_is_refused() =>
        Refused(AttestationFault.Malformed, _world.Verify(answer: _world.Answer with
        {
            Certification = _world.Answer.Quote.Attest,
            CertificationSignature = _world.Answer.Quote.Signature,
        }));

    [Fact]
    public void Values_that_were_not_quoted_are_refused()
    {
        var quote = _world.Answer.Quote;
        var changed = quote with { Values = quote.Values.SetItem(2, Flipped(quote.Values[2], 5)) };

        Refused(AttestationFault.Registers, _world.Verify(answer: _world.Answer with { Quote = changed }));
    }

    [Fact]
    public void A_quote_of_fewer_registers_than_were_asked_for_is_refused()
    {
        using var tpm = _world.Mine.Connect();
        var fewer = new TpmEnrollment(tpm).Quote(_world.Pair.Attestation, _world.Nonce, new PcrSelection(TpmAlgorithm.Sha256, [0]));

        Refused(AttestationFault.Registers, _world.Verify(answer: _world.Answer with { Quote = fewer }));
    }

    [Fact]
    public void A_register_with_another_value_than_it_must_have_is_refused_and_with_its_value_is_not()
    {
        var value = _world.Answer.Quote.Values[0];

        Assert.True(_world.Verify(question: _world.Question with { Registers = Only(0, value) }).IsProven);
        Refused(AttestationFault.Registers, _world.Verify(question: _world.Question with { Registers = Only(0, Flipped(value, 31)) }));
        Refused(AttestationFault.Registers, _world.Verify(question: _world.Question with { Registers = Only(11, value) }));
    }

    [Fact]
    public void A_register_that_was_extended_after_the_expected_value_was_taken_is_refused()
    {
        using var tpm = _world.Mine.Connect();
        var enrollment = new TpmEnrollment(tpm);
        var before = enrollment.Quote(_world.Pair.Attestation, _world.Nonce, TpmWorld.BootRegisters);
        tpm.ExtendRegister(16, new byte[32]);
        var after = enrollment.Quote(_world.Pair.Attestation, _world.Nonce, TpmWorld.BootRegisters);
        var expected = Expectation() with { Values = Only(16, before.Values[^1]) };

        Assert.True(Quotes.Verify(before, expected, out _).IsProven);
        Refused(AttestationFault.Registers, Quotes.Verify(after, expected, out _));
    }

    [Fact]
    public void A_quote_from_before_the_last_accepted_one_is_refused()
    {
        using var tpm = _world.Mine.Connect();
        var enrollment = new TpmEnrollment(tpm);
        var old = enrollment.Quote(_world.Pair.Attestation, _world.Nonce, TpmWorld.BootRegisters);
        Assert.True(Quotes.Verify(old, Expectation(), out var clock).IsProven);
        var later = clock with { Milliseconds = clock.Milliseconds + 1 };

        Refused(AttestationFault.Replayed, Quotes.Verify(old, Expectation() with { Last = later }, out _));
        Assert.True(Quotes.Verify(old, Expectation() with { Last = clock }, out _).IsProven);
    }

    [Fact]
    public void A_quote_of_another_tpm_is_refused()
    {
        using var tpm = _world.Other.Connect();
        var enrollment = new TpmEnrollment(tpm);
        var foreign = enrollment.Quote(enrollment.CreateKeys().Pair.Attestation, _world.Nonce, TpmWorld.BootRegisters);

        Refused(AttestationFault.Signature, _world.Verify(answer: _world.Answer with { Quote = foreign }));
    }

    private AttestationVerdict Certify(ReadOnlyMemory<byte> attest, ReadOnlyMemory<byte> signature) =>
        Certifications.Verify(attest.Span, signature.Span, _world.Keys.AttestationKey, _world.Keys.DeviceKey, _world.Nonce);

    private QuoteExpectation Expectation() =>
        new() { AttestationKey = _world.Keys.AttestationKey, Nonce = _world.Nonce, Selection = TpmWorld.BootRegisters };

    private static Dictionary<int, ReadOnlyMemory<byte>> Only(int register, ReadOnlyMemory<byte> value) => new() { [register] = value };

    private static byte[] Flipped(ReadOnlyMemory<byte> bytes, int at)
    {
        var flipped = bytes.ToArray();
        flipped[at] ^= 1;
        return flipped;
    }

    private static void Refused(AttestationVerdict verdict) => Assert.False(verdict.IsProven);

    private static void Refused(AttestationFault fault, AttestationVerdict verdict)
    {
        Assert.False(verdict.IsProven);
        Assert.Equal(fault, verdict.Fault);
        Assert.NotEmpty(verdict.Why!);
    }
}
