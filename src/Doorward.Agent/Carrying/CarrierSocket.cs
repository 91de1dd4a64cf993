using System.Collections.Concurrent;
using System.Net.Sockets;
using Doorward.Agent.Asking;

namespace Doorward.Agent.Carrying;

/// <summary>
/// Where people on this machine have the agent carry their tunnels, so that these come from the device though its key is not theirs to use.
/// Only root and people are served, so many at a time each and all together.
/// </summary>
internal sealed class CarrierSocket(string path, CarrierDesk desk, TextWriter log)
{
    private const int Waiting = 256;
    public const int MostOfOne = 128;
    public const int MostOfAll = 256;
    private readonly ConcurrentDictionary<uint, int> _open = new();
    private int _all;

    /// <summary>Whom it serves; a test narrows it.</summary>
    public Func<uint, bool> Serves { get; init; } = static user => LocalUser.IsPerson(user) || user == LocalUser.Own;

    public async Task RunAsync(CancellationToken ct)
    {
        // Elsewhere nothing says who asks.
        if (!OperatingSystem.IsLinux()) return;
        Socket socket;
        try
        {
            socket = LocalSocket.Listen(path, Waiting);
        }
        catch (Exception error) when (LocalSocket.IsUnusable(error))
        {
            await log.WriteLineAsync($"people's tunnels are not carried by this agent: {error.Message}");
            return;
        }

        using (socket)
        {
            while (true)
            {
                try
                {
                    _ = ServeAsync(await socket.AcceptAsync(ct), ct);
                }
                catch (SocketException)
                {
                    // Too many are open: some will be closed.
                    await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, ct);
                }
            }
        }
    }

    private async Task ServeAsync(Socket client, CancellationToken ct)
    {
        using (client)
        {
            if (LocalUser.Of(client) is not { } user || !Serves(user)) return;
            var isBusy = _open.AddOrUpdate(user, 1, static (_, open) => open + 1) > MostOfOne | Interlocked.Increment(ref _all) > MostOfAll;
            try
            {
                await using var stream = new NetworkStream(client);
                await desk.ServeAsync(client, stream, isBusy, ct);
            }
            catch (Exception gone) when (gone is IOException or SocketException or OperationCanceledException or HttpRequestException)
            {
                // Whoever asked is gone, or the agent ends; what the gateway said was handed on.
            }
            finally
            {
                Interlocked.Decrement(ref _all);
                if (_open.AddOrUpdate(user, 0, static (_, open) => open - 1) == 0) _open.TryRemove(KeyValuePair.Create(user, 0));
            }
        }
    }
}
