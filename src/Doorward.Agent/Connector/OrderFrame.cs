using System.Buffers;
using System.Text.Json;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Connector;

/// <summary>Reads what a gateway says on a stream of orders.</summary>
internal static class OrderFrame
{
    /// <summary>No order is longer.</summary>
    public const int MostBytes = 16 * 1024;

    /// <summary>False until a whole frame is there. Throws <see cref="InvalidDataException"/> on what has no place on such a stream.</summary>
    public static bool TryTake(ref ReadOnlySequence<byte> rest, out TunnelFrameKind kind, out byte[] payload)
    {
        (kind, payload) = (default, []);
        if (rest.Length < TunnelFrame.HeaderLength) return false;
        Span<byte> header = stackalloc byte[TunnelFrame.HeaderLength];
        rest.Slice(0, TunnelFrame.HeaderLength).CopyTo(header);
        if (!TunnelFrame.TryRead(header, out var frame) || frame.Length > MostBytes || frame.Kind is not (TunnelFrameKind.Message or TunnelFrameKind.Ping or TunnelFrameKind.Pong))
            throw new InvalidDataException("a frame came that has no place among orders");
        if (rest.Length < TunnelFrame.HeaderLength + frame.Length) return false;
        (kind, payload) = (frame.Kind, rest.Slice(TunnelFrame.HeaderLength, frame.Length).ToArray());
        rest = rest.Slice(TunnelFrame.HeaderLength + frame.Length);
        return true;
    }

    /// <summary>The order in a message; throws <see cref="InvalidDataException"/> when it is none.</summary>
    public static ConnectorOrder ReadOrder(ReadOnlySpan<byte> payload)
    {
        try
        {
            if (JsonSerializer.Deserialize(payload, TunnelJson.Default.ConnectorOrder) is { } order && IsSound(order)) return order;
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw new InvalidDataException("a message came that is no order");
    }

    // The id goes into a path as it is.
    private static bool IsSound(ConnectorOrder order) =>
        order is { Id.Length: > 0 and <= 128, Port: > 0 and <= ushort.MaxValue, Host.Length: > 0 } && order.Id.All(static each => char.IsAsciiLetterOrDigit(each) || each is '-' or '_');
}
