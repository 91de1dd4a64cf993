using Doorward.Control.Changes;
using Doorward.Core.Identifiers;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Storage.Sqlite;

/// <summary>Registers the SQLite provider, and opens its file at start.</summary>
internal static class SqliteStorage
{
    public static void AddSqliteStorage(this IServiceCollection services, DataDirectory data)
    {
        services.AddDbContextFactory<SqliteDoorwardDb>(options => Configure(options, data.Database));
        services.AddSingleton<IDbContextFactory<DoorwardDb>, Factory>();
        services.AddScoped<DoorwardDb>(scope => scope.GetRequiredService<SqliteDoorwardDb>());
    }

    /// <summary>Brings the file to the current schema. The caller holds the data directory.</summary>
    public static void Open(DataDirectory data, StorageRuntime runtime)
    {
        try
        {
            MakeReady(data.Database);
            var options = new DbContextOptionsBuilder<SqliteDoorwardDb>();
            Configure(options, data.Database);
            using var db = new SqliteDoorwardDb(options.Options, runtime);
            RefuseNewerSchema(db, data.Database);
            db.Database.Migrate();
            if (!db.Counters.Any())
            {
                db.Database.ExecuteSql($"""INSERT INTO "Counters" ("Id", "Revision", "Epoch") VALUES ({Counter.Only}, {0L}, {Identifier.New("epoch")})""");
            }

            if (!OperatingSystem.IsWindows())
            {
                File.SetUnixFileMode(data.Database, PrivateFiles.FileMode600);
            }
        }
        catch (SqliteException problem)
        {
            throw Translate(problem, data.Database);
        }
    }

    public static InstallationException Translate(SqliteException problem, string path) => problem.SqliteErrorCode switch
    {
        8 or 14 => StorageFaults.ReadOnly(path, problem), // SQLITE_READONLY, SQLITE_CANTOPEN
        13 => StorageFaults.Full(path, problem), // SQLITE_FULL
        11 or 26 => StorageFaults.Corrupt(path, problem), // SQLITE_CORRUPT, SQLITE_NOTADB
        5 or 6 => new InstallationException(InstallationFault.AlreadyRunning, // SQLITE_BUSY, SQLITE_LOCKED
            $"The database {path} is in use by another program. Stop it and start again.", problem),
        _ => new InstallationException(InstallationFault.PathUnusable, $"The database {path} cannot be opened: {problem.Message}", problem),
    };

    private static void Configure(DbContextOptionsBuilder options, string path) => options
        .UseSqlite(ConnectionString(path), sqlite => sqlite.MigrationsAssembly(typeof(SqliteStorage).Assembly.FullName).CommandTimeout(30))
        .AddInterceptors(new SqlitePragmas(), new BulkWriteGuard());

    private static string ConnectionString(string path) =>
        new SqliteConnectionStringBuilder { DataSource = path, ForeignKeys = true, DefaultTimeout = 30 }.ToString();

    private static void MakeReady(string path)
    {
        if (!File.Exists(path))
        {
            // Made here, because SQLite gives the files beside it the rights that it has from the start.
            using var made = new FileStream(path, PrivateFiles.Options(FileMode.CreateNew, FileAccess.Write));
        }

        using var connection = new SqliteConnection(ConnectionString(path));
        connection.Open();
        using var command = connection.CreateCommand();

        // Kept in the file; one that is new or from a backup does not say so yet.
        command.CommandText = "PRAGMA journal_mode = WAL";
        command.ExecuteNonQuery();

        // A killed process leaves the row behind, and Migrate() waits for it for ever. We hold the data directory, so nobody migrates.
        command.CommandText = """DROP TABLE IF EXISTS "__EFMigrationsLock";""";
        command.ExecuteNonQuery();
        command.CommandText = "PRAGMA quick_check(1)";
        if (command.ExecuteScalar() is not "ok")
        {
            throw StorageFaults.Corrupt(path);
        }
    }

    private static void RefuseNewerSchema(SqliteDoorwardDb db, string path)
    {
        var known = db.Database.GetMigrations().ToHashSet(StringComparer.Ordinal);
        if (db.Database.GetAppliedMigrations().Any(migration => !known.Contains(migration)))
        {
            throw new InstallationException(InstallationFault.Newer, $"The database {path} was written by a newer version of Doorward. Use that version, or restore an older backup.");
        }
    }

    private sealed class Factory(IDbContextFactory<SqliteDoorwardDb> databases) : IDbContextFactory<DoorwardDb>
    {
        public DoorwardDb CreateDbContext() => databases.CreateDbContext();
    }
}
