using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Doorward.Agent.Tpm;

/// <summary>
/// A TPM behind a stream: Linux's device with its resource manager, or the socket of a simulator. A command is written at once; a
/// response says in its header how long it is.
/// </summary>
internal sealed class StreamTransport(Stream stream) : ITpmTransport
{
    private const int Header = 10;
    private const int Largest = 8192;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static StreamTransport OpenDevice(string path) =>
        Open(() => new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Open,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite,
            BufferSize = 0, // the driver takes a command in one write
        }));

    public static StreamTransport Connect(EndPoint endPoint) => Open(() =>
    {
        var isLocal = endPoint is UnixDomainSocketEndPoint;
        var socket = new Socket(isLocal ? AddressFamily.Unix : endPoint.AddressFamily, SocketType.Stream, isLocal ? ProtocolType.Unspecified : ProtocolType.Tcp);
        try
        {
            socket.SendTimeout = socket.ReceiveTimeout = (int)Patience.TotalMilliseconds;
            if (!isLocal) socket.NoDelay = true;
            socket.Connect(endPoint);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    });

    public byte[] Exchange(ReadOnlySpan<byte> command)
    {
        try
        {
            stream.Write(command);
            return Receive();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException or UnauthorizedAccessException)
        {
            throw TpmException.Gone(error.Message);
        }
    }

    public void Dispose() => stream.Dispose();

    private byte[] Receive()
    {
        var buffer = new byte[Largest];
        var received = 0;
        while (true)
        {
            var count = stream.Read(buffer, received, buffer.Length - received);
            if (count == 0) throw TpmException.Gone("it ended in the middle of a response");
            received += count;
            if (received < Header) continue;
            var length = BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(2));
            if (length is < Header or > Largest || received > length) throw TpmException.Unreadable("the length of a response");
            if (received == length) return buffer[..received];
        }
    }

    private static StreamTransport Open(Func<Stream> open)
    {
        try
        {
            return new StreamTransport(open());
        }
        catch (Exception error) when (error is IOException or SocketException or UnauthorizedAccessException)
        {
            throw TpmException.Gone(error.Message);
        }
    }
}
