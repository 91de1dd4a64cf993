using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Doorward.EndToEnd.Tests.Private.Figures;

/// <summary>
/// A target that takes or gives as many bytes as it is asked for. The first byte says which, then 8 bytes say how many; what it took it
/// answers with one byte. Asked for neither it answers a byte and waits.
/// </summary>
internal sealed class Bulk : IDisposable
{
    private const byte Idle = 2;
    private const int Part = 256 * 1024;
    private readonly Socket _listener = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly byte[] _bytes = new byte[Part];

    public Bulk()
    {
        System.Security.Cryptography.RandomNumberGenerator.Fill(_bytes);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen(8192);
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Moves that many bytes through what listens there: how long it took.</summary>
    public async Task<TimeSpan> MoveAsync(int port, bool up, long bytes)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var asked = new byte[9];
        asked[0] = up ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt64BigEndian(asked.AsSpan(1), bytes);
        await socket.SendAsync(asked);
        if (!up) await TakeAsync(socket, 1);
        var begun = TimeProvider.System.GetTimestamp();
        if (up) await GiveAsync(socket, bytes);
        await TakeAsync(socket, up ? 1 : bytes - 1);
        return TimeProvider.System.GetElapsedTime(begun);
    }

    /// <summary>A connection that has carried something both ways, and carries nothing more.</summary>
    public static async Task<Socket> IdleAsync(int port)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(IPAddress.Loopback, port);
            await socket.SendAsync(new byte[] { Idle, 0, 0, 0, 0, 0, 0, 0, 0 });
            await TakeAsync(socket, 1);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Processor time of processes, in seconds.</summary>
    public static double ProcessorTime(IEnumerable<int> processes) => processes.Sum(static id =>
    {
        // The name, in brackets, may hold anything.
        var stat = File.ReadAllText($"/proc/{id}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / 100.0;
    });

    public static long Resident(int process)
    {
        using var found = Process.GetProcessById(process);
        return found.WorkingSet64;
    }

    public void Dispose() => _listener.Dispose();

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptAsync());
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // Over.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using (socket)
        {
            try
            {
                var asked = new byte[9];
                for (var read = 0; read < asked.Length;)
                {
                    var part = await socket.ReceiveAsync(asked.AsMemory(read));
                    if (part == 0) return;
                    read += part;
                }

                if (asked[0] == Idle)
                {
                    await GiveAsync(socket, 1);
                    await socket.ReceiveAsync(asked);
                    return;
                }

                var bytes = BinaryPrimitives.ReadInt64BigEndian(asked.AsSpan(1));
                if (asked[0] == 1) await TakeAsync(socket, bytes);
                await GiveAsync(socket, asked[0] == 1 ? 1 : bytes);
            }
            catch (Exception error) when (error is SocketException or EndOfStreamException)
            {
                // Whoever asked went away.
            }
        }
    }

    private async Task GiveAsync(Socket socket, long bytes)
    {
        while (bytes > 0) bytes -= await socket.SendAsync(_bytes.AsMemory(0, (int)Math.Min(bytes, Part)));
    }

    private static async Task TakeAsync(Socket socket, long bytes)
    {
        var part = new byte[Part];
        while (bytes > 0)
        {
            var read = await socket.ReceiveAsync(part.AsMemory(0, (int)Math.Min(bytes, Part)));
            if (read == 0) throw new EndOfStreamException();
            bytes -= read;
        }
    }
}
