using System.Collections.Immutable;

namespace Doorward.Core.Devices.Attestation;

/// <summary>What a TPM attested, TPMS_ATTEST (Part 2 section 10.12.12): a certified key or quoted registers, and when by the TPM's clock.</summary>
public abstract record TpmAttest(ReadOnlyMemory<byte> Nonce, TpmClock Clock)
{
    // TPM_GENERATED_VALUE: a restricted key refuses to sign anything that begins so, unless the TPM itself made it.
    private const uint Magic = 0xFF544347;
    private const ushort CertifyTag = 0x8017;
    private const ushort QuoteTag = 0x8018;

    /// <summary>A key with this name is in the TPM.</summary>
    public sealed record Certify(ReadOnlyMemory<byte> Nonce, TpmClock Clock, ReadOnlyMemory<byte> Name) : TpmAttest(Nonce, Clock);

    /// <summary>The registers have values with this digest.</summary>
    public sealed record Quote(ReadOnlyMemory<byte> Nonce, TpmClock Clock, ImmutableArray<PcrSelection> Selections, ReadOnlyMemory<byte> Digest) : TpmAttest(Nonce, Clock);

    /// <summary>The attestation in these bytes; null when they do not begin as a TPM's own, are of another sort, or do not end where they should.</summary>
    public static TpmAttest? Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new TpmReader(bytes);
        if (reader.UInt32() != Magic) return null;
        var tag = reader.UInt16();
        reader.Sized(); // the qualified name of the signer, which says no more than whose key verifies
        var nonce = reader.Sized().ToArray();
        var clock = new TpmClock(reader.UInt64(), reader.UInt32(), reader.UInt32(), reader.Byte() == 1);
        reader.UInt64(); // the firmware's version
        return tag switch
        {
            CertifyTag => Certified(ref reader, nonce, clock),
            QuoteTag => Quoted(ref reader, nonce, clock),
            _ => null,
        };
    }

    private static Certify? Certified(ref TpmReader reader, byte[] nonce, TpmClock clock)
    {
        var name = reader.Sized().ToArray();
        reader.Sized(); // the qualified name
        return reader.IsComplete ? new Certify(nonce, clock, name) : null;
    }

    private static Quote? Quoted(ref TpmReader reader, byte[] nonce, TpmClock clock)
    {
        var selections = PcrSelection.Read(ref reader);
        var digest = reader.Sized().ToArray();
        return reader.IsComplete && selections is { } banks ? new Quote(nonce, clock, banks, digest) : null;
    }
}
