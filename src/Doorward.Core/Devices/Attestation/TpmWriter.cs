using System.Buffers;
using System.Buffers.Binary;

namespace Doorward.Core.Devices.Attestation;

/// <summary>Writes the big-endian structures of a TPM.</summary>
public sealed class TpmWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new(256);

    public TpmWriter Byte(byte value) => Raw([value]);

    public TpmWriter UInt16(ushort value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_buffer.GetSpan(2), value);
        _buffer.Advance(2);
        return this;
    }

    public TpmWriter UInt32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
        return this;
    }

    public TpmWriter UInt64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
        return this;
    }

    /// <summary>A TPM2B: two bytes of length, and the bytes.</summary>
    public TpmWriter Sized(ReadOnlySpan<byte> bytes) => UInt16(checked((ushort)bytes.Length)).Raw(bytes);

    public TpmWriter Raw(ReadOnlySpan<byte> bytes)
    {
        _buffer.Write(bytes);
        return this;
    }

    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();
}
