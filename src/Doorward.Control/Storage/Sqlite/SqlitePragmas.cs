using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Doorward.Control.Storage.Sqlite;

/// <summary>Sets every connection up as it must be: an acknowledged commit survives a power cut, references hold, writers wait.</summary>
internal sealed class SqlitePragmas : DbConnectionInterceptor
{
    // One command each: SqliteCommand swallows what fails behind the first statement that returns a row.
    private static readonly string[] Pragmas =
    [
        "PRAGMA busy_timeout = 10000", "PRAGMA synchronous = FULL", "PRAGMA foreign_keys = ON", "PRAGMA trusted_schema = OFF",
    ];

    // What was set holds as long as the file is open, and connections that are closed leave it open for the next.
    private static readonly ConditionalWeakTable<object, object> Ready = [];

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        if (IsReady(connection)) return;
        using var command = connection.CreateCommand();
        foreach (var pragma in Pragmas)
        {
            command.CommandText = pragma;
            command.ExecuteNonQuery();
        }

        Note(connection);
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        if (IsReady(connection)) return;
        await using var command = connection.CreateCommand();
        foreach (var pragma in Pragmas)
        {
            command.CommandText = pragma;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        Note(connection);
    }

    private static bool IsReady(DbConnection connection) => HandleOf(connection) is { } handle && Ready.TryGetValue(handle, out _);

    private static void Note(DbConnection connection)
    {
        if (HandleOf(connection) is { } handle) Ready.AddOrUpdate(handle, handle);
    }

    private static SQLitePCL.sqlite3? HandleOf(DbConnection connection) => (connection as SqliteConnection)?.Handle;
}
