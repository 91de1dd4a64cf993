using System.Buffers.Binary;
using System.Numerics;
using Doorward.Core.Protocol;
using Google.Protobuf;

namespace Doorward.Gateway.Spool;

/// <summary>One record on disk: length, CRC-32C of the payload, payload. What does not check is a torn write.</summary>
internal static class SpoolFrame
{
    public const int HeaderSize = 8;
    public const int PayloadLimit = 1024 * 1024;
    private const int NumberSize = 11; // tag and number, which a record gets only when it is written

    /// <summary>Whether it can be read again: nothing is written that cannot, because nothing behind it would ever be sent.</summary>
    public static bool Fits(Record record) => record.CalculateSize() + NumberSize <= PayloadLimit;

    public static int SizeOf(Record record) => HeaderSize + record.CalculateSize();

    public static void Write(Record record, Span<byte> frame)
    {
        var payload = frame[HeaderSize..];
        record.WriteTo(payload);
        BinaryPrimitives.WriteInt32LittleEndian(frame, payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame[4..], Checksum(payload));
    }

    /// <summary>The payload at the start of the bytes; false when they hold none that is whole.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out ReadOnlySpan<byte> payload)
    {
        payload = default;
        if (bytes.Length < HeaderSize)
            return false;
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes);
        if (length is <= 0 or > PayloadLimit || bytes.Length - HeaderSize < length)
            return false;
        payload = bytes.Slice(HeaderSize, length);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) == Checksum(payload);
    }

    private static uint Checksum(ReadOnlySpan<byte> payload)
    {
        var crc = uint.MaxValue;
        while (payload.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(payload));
            payload = payload[sizeof(ulong)..];
        }

        foreach (var value in payload)
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
