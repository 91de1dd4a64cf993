using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;

namespace Doorward.Control.Storage.Sqlite;

/// <summary>The record in one SQLite file.</summary>
internal sealed class SqliteDoorwardDb(DbContextOptions<SqliteDoorwardDb> options, StorageRuntime runtime) : DoorwardDb(options, runtime)
{
    public override async Task<IDbContextTransaction> BeginSnapshotAsync(CancellationToken ct)
    {
        await Database.OpenConnectionAsync(ct);
        var connection = (SqliteConnection)Database.GetDbConnection();

        // Deferred: it begins as a reader and stays one, so WAL gives it one moment and writers go on.
        var transaction = connection.BeginTransaction(deferred: true);
        return await Database.UseTransactionAsync(transaction, ct)
            ?? throw new InvalidOperationException("The connection refused its own transaction.");
    }

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        base.ConfigureConventions(configurationBuilder);

        // SQLite compares no DateTimeOffset: keep microseconds since 1970.
        configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMicroseconds>();
    }

    private sealed class UnixMicroseconds() : ValueConverter<DateTimeOffset, long>(
        time => (time.UtcTicks - DateTimeOffset.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond,
        value => new DateTimeOffset(DateTimeOffset.UnixEpoch.Ticks + value * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero));
}
