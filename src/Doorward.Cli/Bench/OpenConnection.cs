namespace Doorward.Cli.Bench;

/// <summary>One connection of a person as the client sees it: open, until it is known when and how it ended.</summary>
internal sealed class OpenConnection : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();

    private OpenConnection(OpenKind kind, int person, Stay stay)
    {
        (Kind, Person) = (kind, person);
        Ended = RunAsync(stay);
    }

    /// <summary>Lasts until the connection ends; says how.</summary>
    public delegate Task<string> Stay(CancellationToken cancel);

    public OpenKind Kind { get; }

    /// <summary>Whose it is: an index into the people of the round.</summary>
    public int Person { get; }

    public Task<Ending> Ended { get; }

    /// <summary>Completes once something has come through it.</summary>
    public static async Task<OpenConnection> OpenAsync(OpenKind kind, Door door, int person, string cookie, CancellationToken cancel) =>
        new(kind, person, await kind.OpenAsync(door, cookie, cancel));

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Ended;
        stop.Dispose();
    }

    private async Task<Ending> RunAsync(Stay stay)
    {
        string how;
        try
        {
            how = await stay(stop.Token);
        }
        catch (Exception end) when (end is IOException or HttpRequestException or System.Net.WebSockets.WebSocketException or OperationCanceledException)
        {
            how = end.GetType().Name;
        }

        return new Ending(TimeProvider.System.GetTimestamp(), how);
    }
}

/// <summary>When and how the client saw a connection end.</summary>
internal sealed record Ending(long At, string How);

/// <summary>An application's door, and the clients that share their transport as a browser's tabs do.</summary>
internal sealed record Door(Uri Address, Dialer Dialer, HttpMessageInvoker Client);
