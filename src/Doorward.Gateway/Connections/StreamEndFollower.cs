using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Doorward.Gateway.Connections;

/// <summary>
/// Follows HTTP/2 frame headers (RFC 9113 section 4.1) through what a server sends, and says which streams it has ended. Payloads are
/// counted, never read. Mutable: keep it in a field.
/// </summary>
internal struct StreamEndFollower
{
    private const int HeaderSize = 9;
    private const byte Data = 0, Headers = 1, Reset = 3;
    private const byte EndStream = 1;

    private Header _header;
    private int _headerRead;
    private int _payload;

    /// <summary>Takes bytes up to the end of the next frame header, or all; returns how many, and the stream that the frame ends, or 0.</summary>
    public int Advance(ReadOnlySpan<byte> bytes, out int ended)
    {
        ended = 0;
        var taken = Math.Min(_payload, bytes.Length);
        _payload -= taken;
        var part = bytes[taken..];
        if (part.IsEmpty) return taken;
        part = part[..Math.Min(HeaderSize - _headerRead, part.Length)];
        part.CopyTo(((Span<byte>)_header)[_headerRead..]);
        _headerRead += part.Length;
        if (_headerRead == HeaderSize) ended = ReadHeader(_header);
        return taken + part.Length;
    }

    private int ReadHeader(ReadOnlySpan<byte> header)
    {
        _headerRead = 0;
        _payload = BinaryPrimitives.ReadInt32BigEndian(header) >>> 8;
        var ends = header[3] switch { Data or Headers => (header[4] & EndStream) != 0, Reset => true, _ => false };
        return ends ? BinaryPrimitives.ReadInt32BigEndian(header[5..]) & int.MaxValue : 0;
    }

    [InlineArray(HeaderSize)]
    private struct Header
    {
        private byte _first;
    }
}
