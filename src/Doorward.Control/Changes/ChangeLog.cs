using Doorward.Control.Storage;
using Doorward.Core.Protocol;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Changes;

/// <summary>Reads the change log.</summary>
internal sealed class ChangeLog(IDbContextFactory<DoorwardDb> databases, ChangeSignal signal, TimeProvider time)
{
    /// <summary>A reader further behind than this gets a snapshot, which is then cheaper.</summary>
    public const int MostReplayed = 10_000;

    public Task NextChange => signal.Next;

    /// <summary>Up to <paramref name="limit"/> changes after <paramref name="revision"/>, in order. Empty: that revision is the head.</summary>
    public async Task<IReadOnlyList<Change>> ReadAsync(long revision, int limit, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var rows = await db.Changes.AsNoTracking().Where(row => row.Revision > revision).OrderBy(row => row.Revision).Take(limit).ToListAsync(ct);
        return rows.ConvertAll(Parse);
    }

    public async Task<LogPosition> HeadAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await HeadAsync(db, ct);
    }

    /// <summary>The head as one reader's transaction sees it.</summary>
    public static async Task<LogPosition> HeadAsync(DoorwardDb db, CancellationToken ct) =>
        await db.Counters.AsNoTracking().Select(counter => new LogPosition(counter.Epoch, counter.Revision)).SingleAsync(ct);

    /// <summary>Whether a reader at this position can go on by changes alone.</summary>
    public async Task<bool> CanReplayAsync(LogPosition from, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var head = await HeadAsync(db, ct);
        if (from.Epoch != head.Epoch || from.Revision > head.Revision || head.Revision - from.Revision > MostReplayed)
        {
            return false;
        }

        return from.Revision == head.Revision || await db.Changes.AnyAsync(row => row.Revision == from.Revision + 1, ct);
    }

    /// <summary>Forgets changes older than <paramref name="age"/>, keeping the newest. Readers behind that get a snapshot.</summary>
    public async Task<int> TrimAsync(TimeSpan age, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var head = await HeadAsync(db, ct);
        var before = time.GetUtcNow() - age;
        // Always a prefix, whatever the clock did: a hole would be taken for the end of what is kept.
        var through = await db.Changes.Where(row => row.At < before && row.Revision < head.Revision).MaxAsync(row => (long?)row.Revision, ct);
        return through is null ? 0 : await db.Changes.Where(row => row.Revision <= through).ExecuteDeleteAsync(ct);
    }

    private static Change Parse(ChangeRow row)
    {
        var change = Change.Parser.ParseFrom(row.Payload);
        change.Last = row.Last;
        return change;
    }
}

/// <summary>A place in the log.</summary>
internal readonly record struct LogPosition(string Epoch, long Revision);
