using System.Buffers;
using System.Text.Json;

namespace Doorward.Core.Tunnels;

/// <summary>Reads a <see cref="TunnelClose"/> that the other side wrote.</summary>
public static class TunnelCloseText
{
    /// <summary>What is shown on a terminal is short.</summary>
    public const int MostBytes = 4096;

    /// <summary>Null when it is none, is too long, or has what terminals obey.</summary>
    public static TunnelClose? Read(ReadOnlySequence<byte> payload)
    {
        if (payload.Length > MostBytes) return null;
        try
        {
            var reader = new Utf8JsonReader(payload);
            var close = JsonSerializer.Deserialize(ref reader, TunnelJson.Default.TunnelClose);
            return close is null || IsUnfit(close.Code) || IsUnfit(close.Text) || IsUnfit(close.Reference) ? null : close;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsUnfit(string? text) => text is not null && text.Any(static each => char.IsControl(each) || each is '\u200E' or '\u200F' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'));
}
