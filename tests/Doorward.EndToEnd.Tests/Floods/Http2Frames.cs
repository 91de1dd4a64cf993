using System.Buffers.Binary;
using System.Text;

namespace Doorward.EndToEnd.Tests.Floods;

/// <summary>HTTP/2 as an attacker writes it: frames without a library that would keep to the rules.</summary>
internal static class Http2Frames
{
    private const byte DataType = 0, HeadersType = 1, ResetType = 3, SettingsType = 4;
    private const byte EndStream = 1, EndHeaders = 4;

    public static byte[] Preface { get; } = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(SettingsType, 0, 0, [])];

    /// <summary>The preface of a client that will never read an answer's body.</summary>
    public static byte[] PrefaceWithoutWindow { get; } =
        [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Frame(SettingsType, 0, 0, [0, 4, 0, 0, 0, 0])];

    public static byte[] Headers(int stream, bool ends, params (string Name, string Value)[] fields) =>
        Frame(HeadersType, (byte)(EndHeaders | (ends ? EndStream : 0)), stream, [.. fields.SelectMany(field => (byte[])[0, .. Text(field.Name), .. Text(field.Value)])]);

    public static byte[] Data(int stream, int size) => Frame(DataType, 0, stream, new byte[size]);

    public static byte[] Reset(int stream) => Frame(ResetType, 0, stream, [0, 0, 0, 8]);

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Frame(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return frame;
    }
}
