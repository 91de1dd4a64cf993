using System.Buffers.Binary;

namespace Doorward.Core.Devices.Attestation;

/// <summary>
/// Reads the big-endian structures of a TPM (Library Part 2). What is missing reads as zero or empty and is remembered: a parser
/// reads on without looking, and asks once, at its end, whether <see cref="IsComplete"/>.
/// </summary>
public ref struct TpmReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Whether more was asked for than there was.</summary>
    public bool RanOut { get; private set; }

    public readonly int Remaining => _rest.Length;

    /// <summary>Everything was there, and nothing is left.</summary>
    public readonly bool IsComplete => !RanOut && _rest.IsEmpty;

    public byte Byte() => Take(1) is [var value] ? value : (byte)0;

    public ushort UInt16() => Take(2) is { Length: 2 } taken ? BinaryPrimitives.ReadUInt16BigEndian(taken) : (ushort)0;

    public uint UInt32() => Take(4) is { Length: 4 } taken ? BinaryPrimitives.ReadUInt32BigEndian(taken) : 0;

    public ulong UInt64() => Take(8) is { Length: 8 } taken ? BinaryPrimitives.ReadUInt64BigEndian(taken) : 0;

    /// <summary>A TPM2B: two bytes of length, and that many bytes.</summary>
    public ReadOnlySpan<byte> Sized() => Take(UInt16());

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count < 0 || count > _rest.Length)
        {
            RanOut = true;
            _rest = default;
            return default;
        }

        var taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }

    /// <summary>Whatever is left.</summary>
    public ReadOnlySpan<byte> Rest() => Take(_rest.Length);
}
