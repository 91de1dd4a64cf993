using System.Data.Common;
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

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = connection.CreateCommand();
        foreach (var pragma in Pragmas)
        {
            command.CommandText = pragma;
            command.ExecuteNonQuery();
        }
    }

    public override async Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = connection.CreateCommand();
        foreach (var pragma in Pragmas)
        {
            command.CommandText = pragma;
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
