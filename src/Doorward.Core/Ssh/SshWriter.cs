using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Doorward.Core.Ssh;

/// <summary>Writes the data types of RFC 4251 section 5.</summary>
public sealed class SshWriter
{
    private readonly ArrayBufferWriter<byte> _buffer = new();

    public ReadOnlyMemory<byte> Written => _buffer.WrittenMemory;

    public SshWriter String(ReadOnlySpan<byte> bytes)
    {
        UInt32((uint)bytes.Length);
        _buffer.Write(bytes);
        return this;
    }

    public SshWriter String(string text) => String(Encoding.UTF8.GetBytes(text));

    public SshWriter UInt32(uint number)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_buffer.GetSpan(sizeof(uint)), number);
        _buffer.Advance(sizeof(uint));
        return this;
    }

    public SshWriter UInt64(ulong number)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_buffer.GetSpan(sizeof(ulong)), number);
        _buffer.Advance(sizeof(ulong));
        return this;
    }

    /// <summary>Of an unsigned big-endian number: shortest form, with a zero before it where its first bit would be a sign.</summary>
    public SshWriter MultiplePrecision(ReadOnlySpan<byte> unsigned) =>
        String(unsigned.IndexOfAnyExcept((byte)0) < 0 ? [] : new BigInteger(unsigned, isUnsigned: true, isBigEndian: true).ToByteArray(isUnsigned: false, isBigEndian: true));

    /// <summary>What was written so far, as bytes of its own.</summary>
    public byte[] ToArray() => _buffer.WrittenSpan.ToArray();
}
