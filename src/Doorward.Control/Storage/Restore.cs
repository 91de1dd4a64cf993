using System.Formats.Tar;
using Doorward.Control.Storage.Sqlite;

namespace Doorward.Control.Storage;

/// <summary>
/// Puts a backup in the place of an installation that does not run. The backup is unpacked, opened and checked beside it
/// first; what was there is moved aside, not deleted. Begins a new epoch: revisions of before do not compare with those after.
/// </summary>
public static class Restore
{
    private const string Staging = "restore.tmp";
    private const string InProgress = "restore.now";

    /// <returns>Where the data that was there before has been moved; null when there was none.</returns>
    /// <exception cref="InstallationException">Doorward runs on the directory, or the backup cannot be used; nothing has changed.</exception>
    public static async Task<string?> RunAsync(string dataDirectory, string backup, TimeProvider time, CancellationToken ct)
    {
        using var data = DataDirectory.Open(dataDirectory);
        var staging = data.In(Staging);
        try
        {
            if (!File.Exists(data.In(InProgress)))
            {
                await PrepareAsync(staging, backup, time, ct);
                KeepAudit(data, staging);
                PrivateFiles.Write(data.In(InProgress), []);
            }

            // From here on, an interruption is gone on with by restoring again; until then the start is refused.
            var aside = MoveAside(data, time);
            foreach (var entry in Directory.EnumerateFileSystemEntries(staging).ToList())
            {
                Directory.Move(entry, data.In(Path.GetFileName(entry)));
            }

            Directory.Delete(staging);
            File.Delete(data.In(InProgress));
            return aside;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw StorageFaults.OfBackup(problem, backup);
        }
    }

    /// <summary>Refuses a directory whose restore was interrupted half-way.</summary>
    internal static void RefuseInterrupted(DataDirectory data)
    {
        if (File.Exists(data.In(InProgress)))
        {
            throw new InstallationException(InstallationFault.BackupUnusable, $"A restore into {data.Path} was interrupted. Run doorward restore again to finish it.");
        }
    }

    private static async Task PrepareAsync(string staging, string backup, TimeProvider time, CancellationToken ct)
    {
        if (Directory.Exists(staging))
        {
            Directory.Delete(staging, recursive: true);
        }

        PrivateFiles.CreateDirectory(staging);
        await UnpackAsync(backup, staging, ct);
        if (!File.Exists(Path.Combine(staging, BackupLayout.Database)))
        {
            throw new InvalidDataException("there is no database in it");
        }

        SqliteFiles.Check(Path.Combine(staging, BackupLayout.Database));
        using (var installation = Installation.Open(staging, time))
        {
            await RestoredRecord.BeginEpochAsync(installation, time, ct);
        }

        File.Delete(Path.Combine(staging, "lock"));
    }

    private static async Task UnpackAsync(string backup, string staging, CancellationToken ct)
    {
        await using var file = new FileStream(backup, FileMode.Open, FileAccess.Read, FileShare.Read);
        await using var tar = new TarReader(file);
        while (await NextAsync(tar, ct) is { } entry)
        {
            var parts = entry.Name.TrimEnd('/').Split('/').SkipWhile(static part => part == ".").ToArray();
            if (parts.Length == 0)
            {
                continue;
            }

            // Only what a backup has: links, devices and ways out of the directory are no part of one.
            if (!BackupLayout.Names.Contains(parts[0]) || parts.Any(static part => part is "" or "." or "..")
                || entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.Directory))
            {
                throw new InvalidDataException($"{entry.Name} does not belong into a backup");
            }

            var target = Path.Combine([staging, .. parts]);
            PrivateFiles.CreateDirectory(entry.EntryType == TarEntryType.Directory ? target : Path.GetDirectoryName(target)!);
            if (entry.EntryType != TarEntryType.Directory)
            {
                await using var to = new FileStream(target, PrivateFiles.Options(FileMode.CreateNew, FileAccess.Write));
                await (entry.DataStream ?? Stream.Null).CopyToAsync(to, ct);
                to.Flush(flushToDisk: true);
            }
        }
    }

    private static async Task<TarEntry?> NextAsync(TarReader tar, CancellationToken ct)
    {
        try
        {
            return await tar.GetNextEntryAsync(copyData: false, ct);
        }
        catch (Exception problem) when (problem is InvalidDataException or EndOfStreamException or FormatException or ArgumentException)
        {
            throw new InvalidDataException("it is not a file that `doorward backup` wrote, or it is damaged", problem);
        }
    }

    // The same log, only longer: going back to the backup's would be the truncation that its outside checkpoints are there to show.
    private static void KeepAudit(DataDirectory data, string staging)
    {
        var kept = Path.Combine(staging, BackupLayout.Audit);
        var (own, restored) = (data.In(BackupLayout.AuditKey), Path.Combine(staging, BackupLayout.AuditKey));
        if (!Directory.Exists(data.Audit) || !File.Exists(own) || !File.Exists(restored) || !File.ReadAllBytes(own).AsSpan().SequenceEqual(File.ReadAllBytes(restored)))
        {
            return;
        }

        if (Directory.Exists(kept))
        {
            Directory.Delete(kept, recursive: true);
        }
    }

    private static string? MoveAside(DataDirectory data, TimeProvider time)
    {
        // What the staging area replaces, and the files that SQLite keeps beside its database. After an interruption, what has
        // been moved in is no longer in the staging area, and so is not moved aside again.
        var present = Directory.EnumerateFileSystemEntries(data.In(Staging)).Select(static entry => Path.GetFileName(entry))
            .SelectMany(static name => name == BackupLayout.Database ? new[] { name, $"{name}-wal", $"{name}-shm" } : [name])
            .Where(name => Path.Exists(data.In(name))).ToList();
        if (present.Count == 0)
        {
            return null;
        }

        var aside = data.In($"before-restore-{time.GetUtcNow():yyyyMMdd-HHmmss}");
        PrivateFiles.CreateDirectory(aside);
        foreach (var name in present)
        {
            Directory.Move(data.In(name), Path.Combine(aside, name));
        }

        return aside;
    }
}
