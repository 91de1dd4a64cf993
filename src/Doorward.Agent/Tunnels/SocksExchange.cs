using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Doorward.Agent.Tunnels;

/// <summary>SOCKS version 5 (RFC 1928) as far as it is served: no authentication, CONNECT. Its first byte has been read.</summary>
internal sealed class SocksExchange(Socket client)
{
    public const byte Version = 5;
    public const byte Granted = 0;
    public const byte NotAllowed = 2;
    private const byte NotThisCommand = 7;
    private const byte NotThisAddress = 8;
    private const byte NoMethod = 0xFF;

    /// <summary>Null when it asks for what is not served; it was told so.</summary>
    public async Task<(string Host, int Port)?> ReadAsync(CancellationToken ct)
    {
        var methods = await TakeAsync((await TakeAsync(1, ct))[0], ct);
        var isOpen = methods.Contains((byte)0);
        await client.SendAsync(new[] { Version, isOpen ? (byte)0 : NoMethod }, SocketFlags.None, ct);
        if (!isOpen) return null;
        var request = await TakeAsync(4, ct);
        var host = request[3] switch
        {
            1 => new IPAddress(await TakeAsync(4, ct)).ToString(),
            3 => Encoding.Latin1.GetString(await TakeAsync((await TakeAsync(1, ct))[0], ct)),
            4 => new IPAddress(await TakeAsync(16, ct)).ToString(),
            _ => null,
        };
        if (host is null || request[0] != Version || request[1] != 1)
        {
            await AnswerAsync(host is null ? NotThisAddress : NotThisCommand, ct);
            return null;
        }

        return (host, BinaryPrimitives.ReadUInt16BigEndian(await TakeAsync(2, ct)));
    }

    /// <summary>The address in it says nothing: where the tunnel ends is not this machine's to know.</summary>
    public async Task AnswerAsync(byte reply, CancellationToken ct) => await client.SendAsync(new byte[] { Version, reply, 0, 1, 0, 0, 0, 0, 0, 0 }, SocketFlags.None, ct);

    private async Task<byte[]> TakeAsync(int length, CancellationToken ct)
    {
        var bytes = new byte[length];
        for (var filled = 0; filled < length;)
        {
            var read = await client.ReceiveAsync(bytes.AsMemory(filled), SocketFlags.None, ct);
            if (read == 0) throw new IOException("the program went away");
            filled += read;
        }

        return bytes;
    }
}
