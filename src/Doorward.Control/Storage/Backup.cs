using System.Formats.Tar;
using System.Globalization;
using System.Text.Json;
using Doorward.Control.Storage.Sqlite;

namespace Doorward.Control.Storage;

/// <summary>Writes everything an installation is into one file (tar, 0600): database, keys, certificates, audit log.</summary>
public sealed class Backup(DataDirectory data, TimeProvider time) : IDisposable
{
    // What a full disk would take from everybody: nothing passes without a record.
    private const long Reserve = 256L * 1024 * 1024;

    // In the data folder: one a while, and not more than these, since each is as large as the installation.
    private static readonly TimeSpan AtMostEvery = TimeSpan.FromMinutes(2);
    private const int MostKept = 10;

    private const string NameFormat = "'doorward-'yyyyMMdd'T'HHmmss'Z.tar'";

    private readonly SemaphoreSlim _one = new(1, 1);

    /// <summary>Makes a backup while the installation runs. The file holds every key: whoever has it, has the installation.</summary>
    /// <returns>The full path of the file.</returns>
    /// <exception cref="InstallationException">It could not be written; nothing is left behind.</exception>
    public async Task<string> WriteAsync(string path, CancellationToken ct)
    {
        path = Path.GetFullPath(path);
        if (Path.Exists(path))
        {
            throw Unusable($"{path} exists already. Give the backup a name of its own.");
        }

        if (Path.GetDirectoryName(path) is { } folder && !Directory.Exists(folder))
        {
            throw Unusable($"There is no folder {folder}. Make it first, or name a file in another.");
        }

        await _one.WaitAsync(ct);
        try
        {
            await MakeAsync(path, ct);
            return path;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw StorageFaults.OfBackup(problem, path);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>
    /// Makes one in the data folder's <c>backups</c>, under a name of its time, while there is room for it to spare, none is being made
    /// and the last is minutes old. The oldest of those there go when they are too many.
    /// </summary>
    /// <exception cref="InstallationException">It could not be written; nothing is left behind.</exception>
    public async Task<string> WriteToFolderAsync(CancellationToken ct)
    {
        // Whoever asks a hundred times at once gets one: what each would need was free for all of them when they looked.
        if (!await _one.WaitAsync(TimeSpan.Zero, ct))
            throw Unusable("A backup is being made now. Wait for it.");
        var now = time.GetUtcNow();
        var path = Path.Combine(data.Backups, now.UtcDateTime.ToString(NameFormat, CultureInfo.InvariantCulture));
        try
        {
            PrivateFiles.CreateDirectory(data.Backups);
            var kept = Kept();
            if (kept.Count > 0 && kept[^1].At is var last && last <= now && now - last < AtMostEvery)
                throw Unusable($"The last backup here is less than {AtMostEvery.TotalMinutes:0} minutes old: {kept[^1].Path}.");

            // Staged whole, then packed.
            if (data.FreeBytes - (2 * (data.DatabaseBytes + SizeOf(data.Audit))) < Reserve)
                throw Unusable($"The disk of {data.Path} has not enough room left for a backup in it. Free some, or run doorward backup on the machine with a file on another disk.");
            await MakeAsync(path, ct);

            // Only now: one that fails takes none with it.
            foreach (var old in kept.SkipLast(MostKept - 1))
                File.Delete(old.Path);
            return path;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw StorageFaults.OfBackup(problem, path);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The last that was made here; null when none was, or nobody can read when.</summary>
    public LastBackup? Last
    {
        get
        {
            try
            {
                return JsonSerializer.Deserialize<LastBackup>(File.ReadAllBytes(data.LastBackup), JsonSerializerOptions.Web);
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or JsonException)
            {
                return null;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    /// <summary>A process that was killed in a backup leaves a second copy of every key behind.</summary>
    internal static void RemoveUnfinished(DataDirectory data) => Remove(StagingOf(data));

    private async Task MakeAsync(string path, CancellationToken ct)
    {
        var staging = StagingOf(data);
        var packed = false;
        try
        {
            try
            {
                Remove(staging);
                await StageAsync(staging, ct);
                await PackAsync(staging, path, ct);
                packed = true;
            }
            finally
            {
                Remove(staging);
            }
        }
        catch (Exception) when (packed)
        {
            // Told to be none, it must be none: it holds every key.
            File.Delete(path);
            throw;
        }

        Note(path);
    }

    // The backup is good without it; who looks for the last one then sees an older.
    private void Note(string path)
    {
        try
        {
            PrivateFiles.Write(data.LastBackup, JsonSerializer.SerializeToUtf8Bytes(new LastBackup(path, new FileInfo(path).Length, time.GetUtcNow()), JsonSerializerOptions.Web));
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
        }
    }

    // Only what bears such a name: other files there are somebody's own.
    private List<(string Path, DateTimeOffset At)> Kept() =>
    [
        .. Directory.EnumerateFiles(data.Backups)
            .Select(static file => (file, Made: DateTimeOffset.TryParseExact(Path.GetFileName(file), NameFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var made) ? made : (DateTimeOffset?)null))
            .Where(static file => file.Made is not null).Select(static file => (file.file, file.Made!.Value)).OrderBy(static file => file.Value),
    ];

    private static InstallationException Unusable(string why) => new(InstallationFault.BackupUnusable, why);

    private static long SizeOf(string folder) => Directory.Exists(folder) ? new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static file => file.Length) : 0;

    private static string StagingOf(DataDirectory data) => data.In("backup.tmp");

    private async Task StageAsync(string staging, CancellationToken ct)
    {
        PrivateFiles.CreateDirectory(staging);

        // The database first: what the audit log gains meanwhile is more than the database knows, never less.
        await SqliteFiles.CopyAsync(data.Database, Path.Combine(staging, BackupLayout.Database), ct);
        foreach (var certificate in new[] { data.WebCa, data.ComponentCa })
        {
            CopyFile(certificate, Path.Combine(staging, Path.GetFileName(certificate)));
        }

        await CopyFolderAsync(data.Keys, Path.Combine(staging, BackupLayout.Keys), ct);
        if (Directory.Exists(data.Audit))
        {
            await CopyFolderAsync(data.Audit, Path.Combine(staging, BackupLayout.Audit), ct);
        }
    }

    // Files before folders: the audit log's checkpoint is then older than the tiles, as after a crash, and never newer.
    private static async Task CopyFolderAsync(string source, string target, CancellationToken ct)
    {
        PrivateFiles.CreateDirectory(target);
        foreach (var file in Directory.EnumerateFiles(source).Where(BackupLayout.IsKept))
        {
            var copy = Path.Combine(target, Path.GetFileName(file));
            if (Path.GetExtension(file) == ".db")
            {
                await SqliteFiles.CopyAsync(file, copy, ct);
            }
            else
            {
                CopyFile(file, copy);
            }
        }

        foreach (var folder in Directory.EnumerateDirectories(source))
        {
            await CopyFolderAsync(folder, Path.Combine(target, Path.GetFileName(folder)), ct);
        }
    }

    private static void CopyFile(string source, string target)
    {
        using var from = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var to = new FileStream(target, PrivateFiles.Options(FileMode.CreateNew, FileAccess.Write));
        from.CopyTo(to);
    }

    private static async Task PackAsync(string staging, string path, CancellationToken ct)
    {
        var pending = path + ".new";
        File.Delete(pending);
        try
        {
            await using (var file = new FileStream(pending, PrivateFiles.Options(FileMode.CreateNew, FileAccess.Write)))
            {
                await TarFile.CreateFromDirectoryAsync(staging, file, includeBaseDirectory: false, ct);
                file.Flush(flushToDisk: true);
            }

            File.Move(pending, path, overwrite: false);
        }
        finally
        {
            File.Delete(pending);
        }
    }

    private static void Remove(string staging)
    {
        if (Directory.Exists(staging))
        {
            Directory.Delete(staging, recursive: true);
        }
    }
}

/// <summary>A backup that was made, where it went then.</summary>
public sealed record LastBackup(string Path, long Bytes, DateTimeOffset At);

/// <summary>What is in a backup, by the names it has in the data directory.</summary>
internal static class BackupLayout
{
    public const string Database = "doorward.db";
    public const string Keys = "keys";
    public const string Audit = "audit";
    public const string AuditKey = "keys/audit.key";

    /// <summary>Top-level names that a backup may have; a restore takes no others out of one.</summary>
    public static readonly IReadOnlySet<string> Names = new HashSet<string>(StringComparer.Ordinal) { Database, Keys, Audit, "ca.pem", "component-ca.pem" };

    /// <summary>Locks, sockets and half-written files belong to the process that runs; a WAL is in the copied database already.</summary>
    public static bool IsKept(string file) =>
        Path.GetFileName(file) is not "lock" && !file.EndsWith(".tmp", StringComparison.Ordinal) && !file.EndsWith(".new", StringComparison.Ordinal)
        && !file.EndsWith(".db-wal", StringComparison.Ordinal) && !file.EndsWith(".db-shm", StringComparison.Ordinal);
}
