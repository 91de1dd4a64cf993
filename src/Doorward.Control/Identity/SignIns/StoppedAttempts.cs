using Doorward.Control.Audit;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Doorward.Control.Identity.SignIns;

/// <summary>
/// Failed attempts that strangers can make without end: those that the limits stopped, and those under names that nobody bears.
/// In each window the first of a line and person goes on record and the rest is counted, because a log that anybody can fill
/// fills the disk, and a full disk closes every door.
/// </summary>
public sealed partial class StoppedAttempts(AuditLog log, TimeProvider time, ILogger<StoppedAttempts> logger) : BackgroundService
{
    internal const int MostApart = 100;
    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(15);
    private readonly Lock gate = new();
    private Dictionary<Attempt, long> further = [];

    /// <summary>Whether an attempt is the first of its kind in this window, and so to be recorded by itself.</summary>
    internal bool IsFirst(Attempt attempt)
    {
        lock (gate)
        {
            var isKnown = further.TryGetValue(attempt, out var count);
            if (!isKnown && further.Count < MostApart)
            {
                further.Add(attempt, 0);
                return true;
            }

            var counted = isKnown ? attempt : attempt with { Line = null, Name = null };
            further[counted] = further.GetValueOrDefault(counted) + 1;
            return false;
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Window, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
                await CloseWindowAsync();
        }
        catch (OperationCanceledException)
        {
            // What was counted until the stop is recorded before the log closes.
            await CloseWindowAsync();
        }
    }

    private async Task CloseWindowAsync()
    {
        Dictionary<Attempt, long> closed;
        lock (gate)
            (closed, further) = (further, []);
        var counts = closed.Where(static entry => entry.Value > 0).ToList();
        if (counts.Count == 0)
            return;
        try
        {
            await log.AppendAsync([.. counts.Select(static entry => Count(entry.Key, entry.Value))]);
        }
        catch (AuditUnavailableException problem)
        {
            LogLost(counts.Sum(static entry => entry.Value), problem);
        }
    }

    private static AuditRecord Count(Attempt attempt, long further) => new()
    {
        Kind = AuditKind.SignInFailed,
        Actor = attempt.Name is null ? "unknown" : AuditValue.Personal(attempt.Name),
        Action = "sign-in.further",
        Outcome = attempt.Outcome,
        Details = new Dictionary<string, AuditValue>
        {
            ["factor"] = attempt.Factor,
            ["line"] = AuditValue.Personal(attempt.Line),
            ["attempts"] = further,
        },
    };

    [LoggerMessage(Level = LogLevel.Warning, Message = "The audit log did not take the count of {Attempts} further failed sign-ins")]
    private partial void LogLost(long attempts, Exception problem);

    /// <summary>What is counted together. No line: of all that no longer had a place of their own.</summary>
    internal sealed record Attempt(string? Line, string? Name, string Factor, string Outcome);
}
