using Doorward.Control.Storage;

namespace Doorward.Control.Audit;

/// <summary>Verifies the log of this installation when asked, one at a time, and remembers how the last went.</summary>
public sealed class AuditVerification(AuditLog log, DataDirectory data, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Task<VerifiedAudit>? _running;

    /// <summary>The last one that ended; null when none did since the start.</summary>
    public VerifiedAudit? Last { get; private set; }

    /// <summary>Whoever asks while one runs gets that one. It goes on when who asked does not wait.</summary>
    public Task<VerifiedAudit> RunAsync(CancellationToken ct)
    {
        lock (_gate)
        {
            if (_running is null || _running.IsCompleted) _running = VerifyAsync();
            return _running.WaitAsync(ct);
        }
    }

    private async Task<VerifiedAudit> VerifyAsync()
    {
        var began = time.GetTimestamp();
        var verdict = await AuditVerifier.VerifyAsync(data.Path, cancellationToken: CancellationToken.None);
        var milliseconds = Math.Round(time.GetElapsedTime(began).TotalMilliseconds);
        return Last = verdict switch
        {
            AuditVerdict.Intact good => new VerifiedAudit(time.GetUtcNow(), true, good.Size, good.Root, null, null, milliseconds),
            AuditVerdict.Bad bad => new VerifiedAudit(time.GetUtcNow(), false, log.Size, null, $"{bad.Fault.ToString().ToLowerInvariant()}: {bad.Why} ({bad.File})", bad.Sequence, milliseconds),
            AuditVerdict.Unusable unusable => new VerifiedAudit(time.GetUtcNow(), false, log.Size, null, unusable.Why, null, milliseconds),
            _ => throw new InvalidOperationException("A verification ended in a way that has no answer."),
        };
    }
}

/// <summary>How a verification ended.</summary>
/// <param name="Problem">What is wrong; null when nothing is.</param>
/// <param name="Sequence">The first bad record, where the files tell.</param>
public sealed record VerifiedAudit(DateTimeOffset Time, bool Intact, long Records, string? Root, string? Problem, long? Sequence, double Milliseconds);
