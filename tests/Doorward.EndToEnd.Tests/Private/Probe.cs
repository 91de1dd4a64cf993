using System.Net.Sockets;
using System.Text;
using Doorward.EndToEnd.Tests.Histories;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>Asks for a tunnel again and again, and remembers when one carried.</summary>
internal sealed class Probe : IAsyncDisposable
{
    /// <summary>Where it must carry: how long that takes is not what is asked.</summary>
    public static readonly TimeSpan Patient = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private readonly Commuter _person;
    private readonly int _port;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(long Began, long Ended)> _carried = [];
    private readonly Recording _recording;
    private readonly Access _access;
    private readonly Task _asking;

    /// <param name="person">Who asks.</param>
    /// <param name="port">Of the laptop, that leads to an application which says what it hears.</param>
    /// <param name="recording">Takes down what carried.</param>
    /// <param name="access">As what.</param>
    public Probe(Commuter person, int port, Recording recording, Access access)
    {
        (_person, _port, _recording, _access) = (person, port, recording, access);
        _asking = AskAsync();
    }

    /// <summary>The tunnels that were asked for after one moment and carried before the other.</summary>
    public int CarriedBetween(long from, long until)
    {
        lock (_carried) return _carried.Count(carried => carried.Began >= from && carried.Ended <= until);
    }

    /// <summary>When the first that was asked for after a moment had carried.</summary>
    public async Task<long> CarriesAgainAsync(long since, Func<string> what)
    {
        long? found = null;
        await PrivateRoad.EventuallyAsync(() =>
        {
            lock (_carried) found = _carried.Where(carried => carried.Began >= since).Select(static carried => (long?)carried.Ended).Min();
            return Task.FromResult(found is not null);
        }, what);
        return found!.Value;
    }

    /// <summary>Opens one, which says what it hears.</summary>
    public static async Task<Socket?> OpenAsync(Commuter person, int port, TimeSpan? patience = null)
    {
        Socket? socket = null;
        try
        {
            socket = await person.ConnectAsync(port);
            await socket.SendAsync("E"u8.ToArray());
            if (await SaysAsync(socket, "?", patience)) return socket;
        }
        catch (Exception refused) when (refused is SocketException or InvalidOperationException)
        {
            // No.
        }

        socket?.Dispose();
        return null;
    }

    /// <summary>Whether what is said comes back.</summary>
    public static async Task<bool> SaysAsync(Socket socket, string text, TimeSpan? patience = null)
    {
        try
        {
            using var late = new CancellationTokenSource(patience ?? s_patience, TimeProvider.System);
            await socket.SendAsync(Encoding.ASCII.GetBytes(text), SocketFlags.None, late.Token);
            var heard = new byte[text.Length];
            for (var filled = 0; filled < heard.Length;)
            {
                var read = await socket.ReceiveAsync(heard.AsMemory(filled), SocketFlags.None, late.Token);
                if (read == 0) return false;
                filled += read;
            }

            return Encoding.ASCII.GetString(heard) == text;
        }
        catch (Exception cut) when (cut is SocketException or OperationCanceledException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _asking;
        _stop.Dispose();
    }

    // A few at a time: one that waits for what is gone must not keep others from being asked for.
    private Task AskAsync() => Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
    {
        while (!_stop.IsCancellationRequested)
        {
            var (began, asked) = (TimeProvider.System.GetTimestamp(), _recording.Now);
            using var socket = await OpenAsync(_person, _port);
            if (socket is not null)
            {
                _recording.Served(_access, asked);
                lock (_carried) _carried.Add((began, TimeProvider.System.GetTimestamp()));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(150), TimeProvider.System, CancellationToken.None);
        }
    }));
}
