using System.Buffers.Binary;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>
/// Speaks of bytes: after <c>E</c> it says what it hears, after <c>D</c> and a number it sends that many that nobody can guess, after <c>U</c> it takes what comes and
/// answers with its digest.
/// </summary>
internal sealed class ByteServer : IDisposable
{
    private const int Block = 256 * 1024;
    private readonly TcpListener _listener;
    private int _open;

    /// <param name="listener">Is listening, wherever that is.</param>
    public ByteServer(TcpListener listener)
    {
        _listener = listener;
        _ = AcceptAsync();
    }

    /// <summary>Connections that are open.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>Of what was sent last.</summary>
    public string? SentDigest { get; private set; }

    public void Dispose() => _listener.Dispose();

    /// <summary>Sends bytes, each block another; their digest.</summary>
    public static async Task<string> SendAsync(Stream to, long length)
    {
        var block = RandomNumberGenerator.GetBytes(Block);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var left = length; left > 0;)
        {
            BinaryPrimitives.WriteInt64LittleEndian(block, left);
            var part = (int)Math.Min(left, Block);
            digest.AppendData(block, 0, part);
            await to.WriteAsync(block.AsMemory(0, part));
            left -= part;
        }

        return Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    /// <summary>Takes bytes to their end; how many, and their digest.</summary>
    public static async Task<(long Length, string Digest)> TakeAsync(Stream from)
    {
        var block = new byte[Block];
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long length = 0;
        for (int read; (read = await from.ReadAsync(block)) > 0; length += read) digest.AppendData(block, 0, read);
        return (length, Convert.ToHexStringLower(digest.GetHashAndReset()));
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        Interlocked.Increment(ref _open);
        using (client)
        {
            try
            {
                await ServeAsync(client.GetStream());
                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception cut) when (cut is IOException or SocketException)
            {
                // Cut.
            }
        }

        Interlocked.Decrement(ref _open);
    }

    private async Task ServeAsync(NetworkStream stream)
    {
        var head = new byte[1 + sizeof(long)];
        await stream.ReadExactlyAsync(head.AsMemory(0, 1));
        switch ((char)head[0])
        {
            case 'D':
                await stream.ReadExactlyAsync(head.AsMemory(1));
                SentDigest = await SendAsync(stream, BinaryPrimitives.ReadInt64BigEndian(head.AsSpan(1)));
                break;
            case 'U':
                await stream.WriteAsync(Convert.FromHexString((await TakeAsync(stream)).Digest));
                break;
            default:
                await stream.CopyToAsync(stream);
                break;
        }
    }
}
