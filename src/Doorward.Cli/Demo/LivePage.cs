using System.Net.WebSockets;
using System.Text;

namespace Doorward.Cli.Demo;

/// <summary>A page with a WebSocket and an event stream that tick every second, for as long as they are let.</summary>
internal static class LivePage
{
    private const string Content =
        """
          <p class="muted">Two connections stay open here for as long as policy allows. Take the access away in a terminal, and watch:</p>
          <pre>./doorward session revoke --user demo --reason "end of the tour"</pre>
          <section>
          <h2>Live connections</h2>
          <table class="times">
            <thead><tr><th scope="col">connection</th><th scope="col">state</th><th scope="col">last heard</th></tr></thead>
            <tbody>
              <tr><th scope="row">WebSocket</th><td><span id="socket-state" class="state" role="status">connecting</span></td><td id="socket-time"></td></tr>
              <tr><th scope="row">Event stream</th><td><span id="events-state" class="state" role="status">connecting</span></td><td id="events-time"></td></tr>
            </tbody>
          </table>
          <p id="cut" class="alert" role="alert" hidden></p>
          <p id="again" hidden><a class="button" href="/">Open the page again</a></p>
          <noscript><p>This part of the page needs JavaScript.</p></noscript>
          </section>
          <script src="/live.js" defer></script>
        """;

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    public static void Map(IEndpointRouteBuilder application, TimeProvider time)
    {
        application.MapGet("/", context => Page.WriteAsync(context, "Live", Content));
        application.MapGet("/events", context => SendEventsAsync(context, time));
        application.Map("/socket", context => SendMessagesAsync(context, time));
    }

    private static async Task SendEventsAsync(HttpContext context, TimeProvider time)
    {
        context.Response.ContentType = "text/event-stream";
        using var beats = new PeriodicTimer(Beat, time);
        try
        {
            do
            {
                await context.Response.WriteAsync($"data: {Moment(time)}\n\n", context.RequestAborted);
                await context.Response.Body.FlushAsync(context.RequestAborted);
            }
            while (await beats.WaitForNextTickAsync(context.RequestAborted));
        }
        catch (OperationCanceledException)
        {
            // The reader left, or was cut.
        }
    }

    private static async Task SendMessagesAsync(HttpContext context, TimeProvider time)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var reading = WaitForEndAsync(socket, ended);
        using var beats = new PeriodicTimer(Beat, time);
        try
        {
            do
            {
                await socket.SendAsync(Encoding.UTF8.GetBytes(Moment(time)), WebSocketMessageType.Text, endOfMessage: true, ended.Token);
            }
            while (await beats.WaitForNextTickAsync(ended.Token));
        }
        catch (Exception over) when (over is OperationCanceledException or WebSocketException)
        {
            // The reader left, or was cut.
        }

        await reading;
    }

    // Without a reader a close frame would never be seen.
    private static async Task WaitForEndAsync(WebSocket socket, CancellationTokenSource ended)
    {
        var ignored = new byte[256];
        try
        {
            while ((await socket.ReceiveAsync(ignored, ended.Token)).MessageType != WebSocketMessageType.Close)
            {
            }
        }
        catch (Exception over) when (over is OperationCanceledException or WebSocketException)
        {
            // Ended without a word.
        }

        await ended.CancelAsync();
    }

    private static string Moment(TimeProvider time) => time.GetUtcNow().ToString("HH:mm:ss 'UTC'");
}
