using System.Collections.Immutable;
using System.Security.Cryptography;

namespace Doorward.Core.Devices.Attestation;

/// <summary>A quote as a device sends it: the registers' values, and what its TPM signed of them.</summary>
public sealed record QuoteEvidence
{
    public required ReadOnlyMemory<byte> Attest { get; init; }
    public required ReadOnlyMemory<byte> Signature { get; init; }
    public required PcrSelection Selection { get; init; }

    /// <summary>One digest a selected register, in their order.</summary>
    public required ImmutableArray<ReadOnlyMemory<byte>> Values { get; init; }
}

/// <summary>What a quote must answer to. Its challenge is <see cref="ChallengeLedger.Redeem">redeemed</see> first, so that it answers once.</summary>
public sealed record QuoteExpectation
{
    public required TpmPublic AttestationKey { get; init; }
    public required ReadOnlyMemory<byte> Nonce { get; init; }
    public required PcrSelection Selection { get; init; }

    /// <summary>The values that registers must have; the others may have any.</summary>
    public IReadOnlyDictionary<int, ReadOnlyMemory<byte>> Values { get; init; } = ImmutableDictionary<int, ReadOnlyMemory<byte>>.Empty;

    /// <summary>The clock of the last quote of this key that was accepted.</summary>
    public TpmClock? Last { get; init; }
}

/// <summary>Verifies quotes (TPM2_Quote, Part 3 section 18.4).</summary>
public static class Quotes
{
    /// <summary>Proven when the attestation key's TPM says, to this nonce, that the registers have the values that came along.</summary>
    public static AttestationVerdict Verify(QuoteEvidence evidence, QuoteExpectation expected, out TpmClock clock)
    {
        clock = default;
        var promise = KeyPromises.OfAttestationKey(expected.AttestationKey);
        if (!promise.IsProven) return promise;
        if (TpmSignature.Parse(evidence.Signature.Span) is not { } signature || TpmAttest.Parse(evidence.Attest.Span) is not TpmAttest.Quote quote)
            return AttestationVerdict.Refused(AttestationFault.Malformed, "what came is not a quote");
        if (!signature.IsBy(expected.AttestationKey, evidence.Attest.Span))
            return AttestationVerdict.Refused(AttestationFault.Signature, "the quote is not signed by the attestation key");
        if (!CryptographicOperations.FixedTimeEquals(quote.Nonce.Span, expected.Nonce.Span) || expected.Nonce.IsEmpty)
            return AttestationVerdict.Refused(AttestationFault.Nonce, "the quote answers another challenge");
        if (expected.Last is { } last && !quote.Clock.IsNotBefore(last))
            return AttestationVerdict.Refused(AttestationFault.Replayed, "the quote was made before the last one that was accepted");
        clock = quote.Clock;
        return Registers(evidence, expected, quote, signature.Hash);
    }

    private static AttestationVerdict Registers(QuoteEvidence evidence, QuoteExpectation expected, TpmAttest.Quote quote, TpmAlgorithm hash)
    {
        if (quote.Selections is not [var quoted] || !quoted.Equals(expected.Selection) || evidence.Values.Length != quoted.Registers.Length)
            return Refused("the quote is over other registers than were asked for");
        // The digest is by the hash of the signature (Part 3 section 18.4.1), over the values in ascending order.
        var digest = CryptographicOperations.HashData(TpmHash.Name(hash)!.Value, evidence.Values.SelectMany(static value => value.ToArray()).ToArray());
        var size = TpmHash.Size(quoted.Bank);
        if (size == 0 || evidence.Values.Any(value => value.Length != size) || !CryptographicOperations.FixedTimeEquals(digest, quote.Digest.Span))
            return Refused("the values that came are not those that were quoted");
        for (var index = 0; index < quoted.Registers.Length; index++)
        {
            if (expected.Values.TryGetValue(quoted.Registers[index], out var value) && !value.Span.SequenceEqual(evidence.Values[index].Span))
                return Refused($"register {quoted.Registers[index]} has another value than it must");
        }

        return expected.Values.Keys.Except(quoted.Registers).Any() ? Refused("a register that must have a value is not in the quote") : AttestationVerdict.Proven;
    }

    private static AttestationVerdict Refused(string why) => AttestationVerdict.Refused(AttestationFault.Registers, why);
}
