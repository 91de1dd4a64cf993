using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Storage;

/// <summary>
/// One short read that is asked for at every request: prepared once for each of a few connections that stay open, since preparing it costs
/// many times the read. It always reads the record as it is now, whoever wrote it last, so there is nothing to be invalidated.
/// </summary>
/// <param name="databases">Where the connections come from.</param>
/// <param name="statement">A SELECT of at most one row, in SQL that every provider has, with the one parameter <c>@key</c>.</param>
/// <param name="read">Makes the answer of the row.</param>
internal sealed class PreparedRead<T>(IDbContextFactory<DoorwardDb> databases, string statement, Func<DbDataReader, T> read) : IDisposable
    where T : class
{
    // Reads are short: no more of them are at work at once than threads are.
    private static readonly int MostIdle = Math.Max(2, Environment.ProcessorCount);
    private readonly ConcurrentBag<Prepared> _idle = [];

    /// <returns>Null when there is no such row.</returns>
    public async Task<T?> FindAsync(string key, CancellationToken ct)
    {
        if (!_idle.TryTake(out var prepared)) prepared = await PrepareAsync(ct);
        var isGood = false;
        try
        {
            prepared.Key.Value = key;
            T? found = null;
            await using (var reader = await prepared.Command.ExecuteReaderAsync(ct))
            {
                if (await reader.ReadAsync(ct)) found = read(reader);
            }

            isGood = true;
            return found;
        }
        finally
        {
            // A connection that failed is not used again: what it stood for may be gone.
            if (isGood && _idle.Count < MostIdle) _idle.Add(prepared);
            else await prepared.DisposeAsync();
        }
    }

    public void Dispose()
    {
        while (_idle.TryTake(out var prepared)) prepared.Dispose();
    }

    private async Task<Prepared> PrepareAsync(CancellationToken ct)
    {
        var db = await databases.CreateDbContextAsync(ct);
        try
        {
            await db.Database.OpenConnectionAsync(ct);
            var command = db.Database.GetDbConnection().CreateCommand();
            command.CommandText = statement;
            var key = command.CreateParameter();
            (key.ParameterName, key.DbType, key.Value) = ("@key", System.Data.DbType.String, "");
            command.Parameters.Add(key);
            await command.PrepareAsync(ct);
            return new Prepared(db, command, key);
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }
    }

    private sealed record Prepared(DoorwardDb Db, DbCommand Command, DbParameter Key) : IDisposable, IAsyncDisposable
    {
        public void Dispose()
        {
            Command.Dispose();
            Db.Dispose();
        }

        public async ValueTask DisposeAsync()
        {
            await Command.DisposeAsync();
            await Db.DisposeAsync();
        }
    }
}
