using System.Buffers.Binary;

namespace Doorward.Agent.Platform.Linux;

/// <summary>Reads LZ4 frames, in which apt keeps its lists on small systems (LZ4 Frame Format 1.6.2). Checksums are apt's business.</summary>
internal static class Lz4Frame
{
    private const uint Magic = 0x184D2204;
    private const uint Uncompressed = 0x80000000;
    private const int SmallestMatch = 4;

    /// <summary>What was compressed; null when it is no frame, ends too early, refers to before its beginning, or is larger than the limit.</summary>
    public static byte[]? Read(ReadOnlySpan<byte> frame, int limit)
    {
        using var plain = new MemoryStream();
        const int header = 7;
        if (frame.Length < header || BinaryPrimitives.ReadUInt32LittleEndian(frame) != Magic) return null;
        var flags = frame[4];
        if (flags >> 6 != 1) return null; // version 01
        var rest = frame[Math.Min(header + ((flags & 0x08) != 0 ? 8 : 0) + ((flags & 0x01) != 0 ? 4 : 0), frame.Length)..];
        while (rest.Length >= 4)
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(rest);
            if (size == 0) return plain.ToArray();
            rest = rest[4..];
            var length = (int)(size & ~Uncompressed);
            if (length > rest.Length) return null;
            var block = rest[..length];
            if ((size & Uncompressed) != 0) plain.Write(block);
            else if (!Decompress(block, plain, limit)) return null;
            if (plain.Length > limit) return null;
            rest = rest[Math.Min(length + ((flags & 0x10) != 0 ? 4 : 0), rest.Length)..];
        }

        return null; // without its end mark
    }

    // Sequences of literals, and matches in what was written before (LZ4 Block Format).
    private static bool Decompress(ReadOnlySpan<byte> block, MemoryStream plain, int limit)
    {
        while (!block.IsEmpty)
        {
            var token = block[0];
            block = block[1..];
            if (!Length(token >> 4, ref block, out var literals) || literals > block.Length) return false;
            plain.Write(block[..literals]);
            block = block[literals..];
            if (block.IsEmpty) return true; // the last sequence has no match
            if (block.Length < 2) return false;
            var offset = BinaryPrimitives.ReadUInt16LittleEndian(block);
            block = block[2..];
            if (!Length(token & 0xF, ref block, out var match) || offset == 0 || offset > plain.Length || plain.Length + match > limit) return false;
            Copy(plain, offset, match + SmallestMatch);
        }

        return true;
    }

    private static bool Length(int nibble, ref ReadOnlySpan<byte> block, out int length)
    {
        length = nibble;
        if (nibble != 15) return true;
        byte more;
        do
        {
            if (block.IsEmpty || length > int.MaxValue - 512) return false;
            more = block[0];
            block = block[1..];
            length += more;
        }
        while (more == 255);
        return true;
    }

    // A match may overlap what it writes: then it repeats.
    private static void Copy(MemoryStream plain, int offset, int length)
    {
        var from = (int)plain.Length - offset;
        plain.SetLength(plain.Length + length);
        var buffer = plain.GetBuffer();
        for (var index = 0; index < length; index++) buffer[from + offset + index] = buffer[from + index];
        plain.Position = plain.Length;
    }
}
