namespace Doorward.Control.Storage;

/// <summary>Turns what the file system reports into one line that says what to do.</summary>
internal static class StorageFaults
{
    private const int NoSpace = 28; // ENOSPC
    private const int ReadOnlyFileSystem = 30; // EROFS
    private const int QuotaExceeded = 122; // EDQUOT

    public static bool IsFull(Exception problem) => (problem.HResult & 0xFFFF) is NoSpace or QuotaExceeded;

    public static InstallationException OfFile(Exception problem, string path) => problem switch
    {
        _ when IsFull(problem) => Full(path, problem),
        UnauthorizedAccessException => ReadOnly(path, problem),
        _ when (problem.HResult & 0xFFFF) == ReadOnlyFileSystem => ReadOnly(path, problem),
        _ => new InstallationException(InstallationFault.PathUnusable, $"{path} cannot be used as data directory: {problem.Message}", problem),
    };

    public static InstallationException Full(string path, Exception problem) => new(InstallationFault.Full,
        $"There is no space left for {path}. Free some and start again; nothing was lost.", problem);

    public static InstallationException ReadOnly(string path, Exception problem) => new(InstallationFault.ReadOnly,
        $"{path} cannot be written. Give the user that runs Doorward write access to it, or choose another directory with --data.", problem);

    public static InstallationException OfBackup(Exception problem, string path) => IsFull(problem)
        ? Full(path, problem)
        : new InstallationException(InstallationFault.BackupUnusable, $"The backup {path} cannot be used: {problem.Message}", problem);

    public static InstallationException Corrupt(string path, Exception? problem = null) => new(InstallationFault.Corrupt,
        $"The database {path} is damaged. Restore a backup with: doorward restore", problem);
}
