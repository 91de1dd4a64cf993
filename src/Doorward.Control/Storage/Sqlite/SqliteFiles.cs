using Microsoft.Data.Sqlite;

namespace Doorward.Control.Storage.Sqlite;

/// <summary>SQLite files as files.</summary>
internal static class SqliteFiles
{
    /// <summary>Copies a database as of one moment while others write it. Plain copying would miss what is in the WAL.</summary>
    public static async Task CopyAsync(string source, string target, CancellationToken ct)
    {
        try
        {
            await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = source, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
            await connection.OpenAsync(ct);
            await using var command = connection.CreateCommand();
            command.CommandText = "VACUUM INTO $target";
            command.Parameters.AddWithValue("$target", target);
            await command.ExecuteNonQueryAsync(ct);
        }
        catch (SqliteException problem)
        {
            throw SqliteStorage.Translate(problem, target);
        }

        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(target, PrivateFiles.FileMode600);
        }
    }

    /// <summary>Reads the whole file; what is damaged anywhere is found now and not in use.</summary>
    public static void Check(string path)
    {
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = SqliteOpenMode.ReadWrite, Pooling = false }.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA integrity_check(1)";
            if (command.ExecuteScalar() is not "ok")
            {
                throw StorageFaults.Corrupt(path);
            }
        }
        catch (SqliteException problem)
        {
            throw SqliteStorage.Translate(problem, path);
        }
    }
}
