using System.Globalization;
using System.Text;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>What Alice has open at the site: an SSH session, a running COPY each way, of which enough has passed that their data has moved, and a WebSocket.</summary>
internal sealed class OpenWork : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);
    private readonly Terminal _forward;
    private readonly int _told;
    private readonly Terminal _ssh;
    private readonly Terminal _out;
    private readonly Terminal _in;
    private readonly LiveClient _socket;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _feeding;

    private OpenWork(Terminal forward, Terminal ssh, Terminal copyOut, Terminal copyIn, LiveClient socket)
    {
        (_forward, _ssh, _out, _in, _socket, _told) = (forward, ssh, copyOut, copyIn, socket, forward.Errors.Length);
        _feeding = FeedAsync();
    }

    public bool IsOpen => !(_ssh.Ended.IsCompleted || _out.Ended.IsCompleted || _in.Ended.IsCompleted || _socket.Ended.IsCompleted);

    /// <param name="site">Where.</param>
    /// <param name="forward">Alice's command that forwards the database.</param>
    /// <param name="port">Where it does.</param>
    public static async Task<OpenWork> BeginAsync(PrivateSite site, Terminal forward, int port)
    {
        string[] psql = [PostgresServer.Psql, "-h", "127.0.0.1", "-p", port.ToString(CultureInfo.InvariantCulture), "-U", "root", "-d", "postgres", "-X", "-q", "-c"];
        var ssh = site.Alice.Run("ssh", "-F", site.SshConfig, "-l", "root", "server", "cat");
        var copyOut = site.Alice.Run(
            [.. psql, "COPY (SELECT i, repeat('x', 1000), CASE WHEN i > 8000 THEN pg_sleep(0.002)::text END FROM (SELECT generate_series(1, 1000000000) AS i) AS rows) TO STDOUT"]);
        var copyIn = site.Alice.Run([.. psql, "COPY arrived FROM STDIN"]);
        var socket = site.OpenWebSocketAsync();
        await ssh.Input.WriteAsync("in\n"u8.ToArray());
        await ssh.Input.FlushAsync();
        Assert.Equal("in", await ssh.LineAsync());
        var first = new byte[64 * 1024];
        await copyOut.Output.ReadExactlyAsync(first).AsTask().WaitAsync(s_patience, TimeProvider.System);
        Assert.StartsWith("1\tx", Encoding.ASCII.GetString(first, 0, 3), StringComparison.Ordinal);
        var most = new byte[6 * 1024 * 1024];
        await copyOut.Output.ReadExactlyAsync(most).AsTask().WaitAsync(s_patience, TimeProvider.System);
        _ = copyOut.Output.CopyToAsync(Stream.Null);
        return new OpenWork(forward, ssh, copyOut, copyIn, await socket);
    }

    /// <summary>When each of them ended, how, and the words that its person has on the terminal.</summary>
    public async Task<IReadOnlyList<(string What, long Timestamp, string Said)>> EndedAsync()
    {
        var ends = await Task.WhenAll(_ssh.Ended, _out.Ended, _in.Ended).WaitAsync(s_patience, TimeProvider.System);
        var socket = await _socket.Ended.WaitAsync(s_patience, TimeProvider.System);
        Assert.All(ends, static end => Assert.NotEqual(0, end.Code));

        // The terminal of psql's tunnels is the one of the command that forwards: a line for each.
        await PrivateRoad.EventuallyAsync(() => Task.FromResult(_forward.Errors[_told..].Split("doorward: db: ").Length > 2), () => $"told twice: {_forward.Errors[_told..]}");
        return
        [
            ("SSH", ends[0].Timestamp, _ssh.Errors), ("COPY TO", ends[1].Timestamp, _forward.Errors[_told..]), ("COPY FROM", ends[2].Timestamp, _forward.Errors[_told..]),
            ("WebSocket", socket.Timestamp, socket.How),
        ];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _feeding;
        foreach (var terminal in new[] { _ssh, _out, _in }) await terminal.KillAsync();
        await _socket.DisposeAsync();
        _stop.Dispose();
    }

    private async Task FeedAsync()
    {
        var rows = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("a row that arrived\n", 100)));
        try
        {
            for (var part = 0; part < 4000; part++) await _in.Input.WriteAsync(rows, _stop.Token);
            while (!_stop.IsCancellationRequested)
            {
                await _in.Input.WriteAsync(rows, _stop.Token);
                await _in.Input.FlushAsync(_stop.Token);
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, _stop.Token);
            }
        }
        catch (Exception over) when (over is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // Cut.
        }
    }
}
