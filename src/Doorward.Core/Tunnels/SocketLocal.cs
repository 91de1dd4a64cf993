using System.Net.Sockets;

namespace Doorward.Core.Tunnels;

/// <summary>A connection of this machine as the end of a tunnel. Whoever made the socket disposes it.</summary>
public sealed class SocketLocal(Socket socket) : ITunnelLocal
{
    public async ValueTask ReadableAsync() => await ReceiveAsync(Memory<byte>.Empty);

    public async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        try
        {
            return await socket.ReceiveAsync(buffer, SocketFlags.None);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw new IOException(error.Message, error);
        }
    }

    public async ValueTask SendAsync(ReadOnlyMemory<byte> data)
    {
        try
        {
            while (!data.IsEmpty) data = data[await socket.SendAsync(data, SocketFlags.None)..];
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw new IOException(error.Message, error);
        }
    }

    public void Finish()
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            throw new IOException(error.Message, error);
        }
    }

    public void Reset()
    {
        try
        {
            // RST instead of FIN.
            socket.LingerState = new LingerOption(true, 0);
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // It is gone already.
        }

        // With a time of zero: disposed while something waits on it, it would be shut down in order first, and the other side see a FIN.
        socket.Close(0);
    }
}
