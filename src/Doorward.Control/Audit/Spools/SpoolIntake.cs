using System.Collections.Concurrent;
using Doorward.Control.Audit.Writing;

namespace Doorward.Control.Audit;

/// <summary>Takes the numbered records of gateways into the log: once each, and with a record of every gap.</summary>
public sealed class SpoolIntake(AuditLog log)
{
    // One batch of a spool at a time: a gateway that reconnects may send a batch again while the first is on its way to disk.
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _turns = new(StringComparer.Ordinal);

    /// <summary>
    /// Appends records numbered from <paramref name="first"/> on, without those that the log has. When this returns, the gateway may
    /// forget all of them.
    /// </summary>
    public async Task<SpoolVerdict> AcceptAsync(
        string gateway, long first, IReadOnlyList<AuditRecord> records, CancellationToken cancellationToken = default)
    {
        var turn = _turns.GetOrAdd(gateway, _ => new SemaphoreSlim(1));
        await turn.WaitAsync(cancellationToken);
        try
        {
            var verdict = log.Spools.Check(gateway, first, first + records.Count - 1);
            var known = verdict is SpoolVerdict.Duplicate duplicate ? (int)(duplicate.To - first + 1) : 0;
            var news = records.Skip(known).Select((r, i) => r with { Spool = new SpoolNumber(gateway, first + known + i) });
            if (verdict is SpoolVerdict.Missing missing)
            {
                news = news.Prepend(Gap(gateway, missing));
            }

            foreach (var chunk in news.Chunk(AuditWriter.MaxBatch / 2))
            {
                // Not cancellable once begun: the turn may not end while a batch is on its way.
                await log.AppendAsync(chunk, CancellationToken.None);
            }

            return verdict;
        }
        finally
        {
            turn.Release();
        }
    }

    private static AuditRecord Gap(string gateway, SpoolVerdict.Missing missing) => new()
    {
        Kind = AuditKind.Audit,
        Actor = "audit-log",
        Action = "spool.gap",
        Target = gateway,
        Outcome = "missing",
        Details = new Dictionary<string, AuditValue> { ["from"] = missing.From, ["to"] = missing.To },
    };
}
