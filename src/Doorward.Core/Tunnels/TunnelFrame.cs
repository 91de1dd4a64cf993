using System.Buffers.Binary;

namespace Doorward.Core.Tunnels;

/// <summary>What stands before each frame: kind 1 | length of what follows 3, big-endian.</summary>
/// <param name="Length">Bytes of payload, 0 to <see cref="MostPayload"/>.</param>
public readonly record struct TunnelFrame(TunnelFrameKind Kind, int Length)
{
    public const int HeaderLength = 4;

    /// <summary>64 KB with the header.</summary>
    public const int MostPayload = (64 * 1024) - HeaderLength;

    /// <summary>Payload of <see cref="TunnelFrameKind.Data"/> that each side may send before it is given credit.</summary>
    public const int InitialCredit = 256 * 1024;

    /// <summary>Reads a header. False when no sender of ours writes such a one: the stream cannot be followed any further.</summary>
    public static bool TryRead(ReadOnlySpan<byte> header, out TunnelFrame frame)
    {
        var word = BinaryPrimitives.ReadUInt32BigEndian(header);
        frame = new TunnelFrame((TunnelFrameKind)(word >> 24), (int)(word & 0xFFFFFF));
        return frame.Kind switch
        {
            TunnelFrameKind.Data => frame.Length is > 0 and <= MostPayload,
            TunnelFrameKind.End => frame.Length is 0 or sizeof(ulong),
            TunnelFrameKind.Offer => frame.Length == DataConnection.TicketBytes,
            TunnelFrameKind.Move => frame.Length == 0,
            TunnelFrameKind.Credit => frame.Length == sizeof(uint),
            TunnelFrameKind.Close or TunnelFrameKind.Message => frame.Length is > 0 and <= MostPayload,
            TunnelFrameKind.Ping or TunnelFrameKind.Pong => frame.Length == sizeof(ulong),
            _ => false,
        };
    }

    public void Write(Span<byte> header) => BinaryPrimitives.WriteUInt32BigEndian(header, ((uint)Kind << 24) | (uint)Length);
}

/// <summary>On the streams of tunnels: data, end, credit, close, offer, move. On the stream of orders: message, ping, pong.</summary>
public enum TunnelFrameKind : byte
{
    Data = 0,

    /// <summary>No more data comes this way; the other way goes on. After <see cref="Move"/> with the number of bytes that went since, in 8 bytes.</summary>
    End = 1,

    /// <summary>How many more bytes of data the other side may send, as an unsigned number of 4 bytes.</summary>
    Credit = 2,

    /// <summary>The tunnel is over, both ways, and why: a <see cref="TunnelClose"/>. Nothing follows.</summary>
    Close = 3,

    /// <summary>A <see cref="ConnectorOrder"/> to the connector, a <see cref="ConnectorMessage"/> from it.</summary>
    Message = 4,
    Ping = 5,
    Pong = 6,

    /// <summary>From a gateway, to who can dial a <see cref="DataConnection"/>: the ticket for it.</summary>
    Offer = 7,

    /// <summary>No more data comes on this stream: it goes on on the data connection, without frames and credit.</summary>
    Move = 8,
}
