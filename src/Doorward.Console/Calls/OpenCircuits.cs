using System.Collections.Concurrent;
using Doorward.Control.Api.InProcess;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace Doorward.Console.Calls;

/// <summary>
/// The connections of circuits. One whose cookie was replaced ends within two seconds: the browser that has the next cookie comes back to
/// its circuit by it, and whoever had a copy of the one before does not. Until then the API refuses whatever such a circuit asks.
/// </summary>
internal sealed partial class OpenCircuits(CircuitStanding standing, TimeProvider time, ILogger<OpenCircuits> logger) : IHubFilter, IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, Connection> _open = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _life = new();
    private readonly Lock _gate = new();
    private bool _watching;

    public Task OnConnectedAsync(HubLifetimeContext context, Func<HubLifetimeContext, Task> next)
    {
        if (context.Context.User is { } user && Viewer.Read(user) is { } session)
        {
            _open[context.Context.ConnectionId] = new Connection(context.Context, session);
            Watch();
        }

        return next(context);
    }

    public Task OnDisconnectedAsync(HubLifetimeContext context, Exception? exception, Func<HubLifetimeContext, Exception?, Task> next)
    {
        _open.TryRemove(context.Context.ConnectionId, out _);
        return next(context, exception);
    }

    public void Dispose()
    {
        _life.Cancel();
        _life.Dispose();
    }

    private void Watch()
    {
        lock (_gate)
        {
            if (_watching) return;
            _watching = true;
        }

        _ = WatchAsync(_life.Token);
    }

    private async Task WatchAsync(CancellationToken ct)
    {
        try
        {
            while (IsNeeded())
            {
                await Task.Delay(Pace, time, ct);
                await LookAsync(ct);
            }
        }
        catch (OperationCanceledException)
        {
            // The process ends.
        }
    }

    private bool IsNeeded()
    {
        lock (_gate) return _watching = !_open.IsEmpty;
    }

    // Over at two looks in a row: meanwhile the browser has got the next cookie, and need not ask in vain.
    private async Task LookAsync(CancellationToken ct)
    {
        var looked = _open.Values.ToList();
        try
        {
            var over = (await standing.OverAmongAsync([.. looked.Select(static one => one.Session)], ct)).ToHashSet();
            foreach (var one in looked.Where(one => over.Contains(one.Session)))
            {
                if (one.WasOver) one.Caller.Abort();
                one.WasOver = true;
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            LogUnknown(logger, fault);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether the cookies of circuits are still good could not be found out; it is tried again")]
    private static partial void LogUnknown(ILogger logger, Exception fault);

    private sealed class Connection(HubCallerContext caller, ActingSession session)
    {
        public HubCallerContext Caller => caller;

        public ActingSession Session => session;

        /// <summary>The watch's own.</summary>
        public bool WasOver { get; set; }
    }
}
