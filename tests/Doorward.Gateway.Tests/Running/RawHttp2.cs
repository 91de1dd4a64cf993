using System.Buffers.Binary;
using System.Globalization;
using System.Net.Security;
using System.Text;

namespace Doorward.Gateway.Tests.Running;

/// <summary>One HTTP/2 request with any header fields, in any order: HPACK literals without indexing, no Huffman.</summary>
internal sealed class RawHttp2 : IAsyncDisposable
{
    private const byte Data = 0, Headers = 1, ResetStream = 3, Settings = 4, GoAway = 7;
    private readonly RawConnection _connection;

    private RawHttp2(RawConnection connection) => _connection = connection;

    /// <summary>How many frames the answer took.</summary>
    public int FramesOfAnswer { get; private set; }

    public static async Task<RawHttp2> ConnectAsync(int port)
    {
        var http2 = new RawHttp2(await RawConnection.ConnectAsync(port));
        await http2._connection.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        await http2.WriteAsync(Settings, 0, 0, []);
        return http2;
    }

    /// <summary>Over TLS, as a client that takes so many bytes of each answer's body.</summary>
    public static async Task<RawHttp2> ConnectTlsAsync(int port, string host, ushort window)
    {
        var http2 = new RawHttp2(await RawConnection.ConnectTlsAsync(port, host, static (_, certificate, _, _) => certificate is not null, SslApplicationProtocol.Http2));
        await http2._connection.SendAsync("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        await http2.WriteAsync(Settings, 0, 0, [0, 4, 0, 0, (byte)(window >> 8), (byte)window]);
        return http2;
    }

    /// <summary>Asks and does not wait for the answer.</summary>
    public Task BeginAsync(int stream, params (string Name, string Value)[] fields) =>
        WriteAsync(Headers, 0x5, stream, fields.SelectMany(field => Literal(field.Name, field.Value)).ToArray());

    /// <summary>Reads until the other side has ended the connection.</summary>
    public async Task<bool> EndsAsync()
    {
        while (await ReadAsync() is not null) { }
        return true;
    }

    /// <summary>Status 0 when the stream was reset or the connection refused.</summary>
    public Task<RawAnswer> AskAsync(params (string Name, string Value)[] fields) => AskAsync(1, fields);

    public async Task<RawAnswer> AskAsync(int stream, (string Name, string Value)[] fields)
    {
        await BeginAsync(stream, fields);
        var status = 0;
        var body = new StringBuilder();
        while (await ReadAsync() is { } frame)
        {
            if (frame.Type == Settings && (frame.Flags & 1) == 0) await WriteAsync(Settings, 1, 0, []);
            if (frame.Type is GoAway) return new(0, "", "");
            if (frame.Stream != stream) continue;
            FramesOfAnswer++;
            if (frame.Type == ResetStream) return new(status, "", body.ToString());
            if (frame.Type == Headers) status = StatusOf(frame.Payload);
            if (frame.Type == Data) body.Append(Encoding.UTF8.GetString(frame.Payload));
            if ((frame.Flags & 1) != 0 && frame.Type is Headers or Data) return new(status, "", body.ToString());
        }

        return new(status, "", body.ToString());
    }

    /// <summary>The server's first SETTINGS, by identifier (RFC 9113 section 6.5.2).</summary>
    public async Task<Dictionary<int, uint>> ReadSettingsAsync()
    {
        var frame = await ReadAsync() ?? throw new InvalidOperationException("The server sent nothing.");
        return Enumerable.Range(0, frame.Payload.Length / 6).ToDictionary(
            i => (int)BinaryPrimitives.ReadUInt16BigEndian(frame.Payload.AsSpan(6 * i)),
            i => BinaryPrimitives.ReadUInt32BigEndian(frame.Payload.AsSpan((6 * i) + 2)));
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();

    private static IEnumerable<byte> Literal(string name, string value) => [0, .. Text(name), .. Text(value)];

    private static IEnumerable<byte> Text(string text) => [(byte)text.Length, .. Encoding.Latin1.GetBytes(text)];

    // Kestrel's first field is :status: a table size update may precede it, then an index of the static table, or a literal. -1 for one that
    // an earlier answer of the connection has named.
    private static int StatusOf(byte[] block)
    {
        var at = 0;
        while ((block[at] & 0xE0) == 0x20) at++;
        int[] known = [200, 204, 206, 304, 400, 404, 500];
        return (block[at] & 0x80) != 0
            ? known.ElementAtOrDefault((block[at] & 0x7F) - 8) is > 0 and var status ? status : -1
            : int.Parse(Encoding.ASCII.GetString(block, at + 2, 3), CultureInfo.InvariantCulture);
    }

    private Task WriteAsync(byte type, byte flags, int stream, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        frame[3] = type;
        frame[4] = flags;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame, 9);
        return _connection.Stream.WriteAsync(frame).AsTask();
    }

    private async Task<Frame?> ReadAsync()
    {
        var head = new byte[9];
        try
        {
            await _connection.Stream.ReadExactlyAsync(head).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            var payload = new byte[BinaryPrimitives.ReadInt32BigEndian(head) >>> 8];
            await _connection.Stream.ReadExactlyAsync(payload);
            return new(head[3], head[4], BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5)), payload);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private sealed record Frame(byte Type, byte Flags, int Stream, byte[] Payload);
}
