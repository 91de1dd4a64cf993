using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Storage;

/// <summary>
/// Contexts for one short read each, that are used again: making one costs more than the read. For compiled queries without tracking alone,
/// which leave nothing in a context.
/// </summary>
internal sealed class ReadingContexts(IDbContextFactory<DoorwardDb> databases) : IDisposable
{
    private const int MostIdle = 16;
    private readonly ConcurrentBag<DoorwardDb> _idle = [];

    public async Task<T> ReadAsync<T, TKey>(Func<DoorwardDb, TKey, CancellationToken, Task<T>> query, TKey key, CancellationToken ct)
    {
        if (!_idle.TryTake(out var db)) db = await databases.CreateDbContextAsync(ct);
        var isGood = false;
        try
        {
            var found = await query(db, key, ct);
            isGood = true;
            return found;
        }
        finally
        {
            if (isGood && _idle.Count < MostIdle) _idle.Add(db);
            else await db.DisposeAsync();
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var db)) db.Dispose();
    }
}
