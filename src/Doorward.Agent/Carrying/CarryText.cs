using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Doorward.Agent.Carrying;

/// <summary>A message of the socket: its length in four bytes, then JSON.</summary>
internal static class CarryText
{
    public const int LongestRequest = 32 * 1024;
    public const int LongestAnswer = 512 * 1024;

    public static async Task WriteAsync<T>(Stream stream, T message, JsonTypeInfo<T> type, CancellationToken ct)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(message, type);
        var text = new byte[sizeof(int) + json.Length];
        BinaryPrimitives.WriteInt32BigEndian(text, json.Length);
        json.CopyTo(text, sizeof(int));
        await stream.WriteAsync(text, ct);
    }

    /// <summary>Null when it is none, or too long. Throws what reading throws.</summary>
    public static async Task<T?> ReadAsync<T>(Stream stream, JsonTypeInfo<T> type, int longest, CancellationToken ct)
        where T : class
    {
        var length = new byte[sizeof(int)];
        await stream.ReadExactlyAsync(length, ct);
        if (BinaryPrimitives.ReadInt32BigEndian(length) is not (> 0 and var bytes) || bytes > longest) return null;
        var json = new byte[bytes];
        await stream.ReadExactlyAsync(json, ct);
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
