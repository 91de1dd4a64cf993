using System.Globalization;

namespace Doorward.Control.Storage;

/// <summary>
/// The directory of one installation, held for as long as this lives: a second process is refused, and what a killed one
/// left behind (socket, migration lock) may be taken away only while it is held.
/// </summary>
public sealed class DataDirectory : IDisposable
{
    // bind(2): sun_path holds 108 bytes, one of them the terminator.
    private const int LongestSocketPath = 107;
    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream held)
    {
        Path = path;
        _lock = held;
    }

    public string Path { get; }
    public string Database => In("doorward.db");
    public string Keys => In("keys");
    public string Audit => In("audit");
    public string Socket => In("control.sock");

    /// <summary>The web CA's certificate: the one that people trust.</summary>
    public string WebCa => In("ca.pem");

    /// <summary>The component CA's certificate: what gateways check the control plane against.</summary>
    public string ComponentCa => In("component-ca.pem");

    /// <summary>Where backups go that nobody names a place for.</summary>
    public string Backups => In("backups");

    /// <summary>When and where the last backup was made.</summary>
    public string LastBackup => In("last-backup.json");

    /// <summary>What the database holds, with what is not written back yet.</summary>
    public long DatabaseBytes => new[] { Database, Database + "-wal" }.Sum(static file => new FileInfo(file) is { Exists: true } found ? found.Length : 0);

    public long FreeBytes => new DriveInfo(Path).AvailableFreeSpace;

    /// <summary>Where the internal listener is, written once it listens.</summary>
    public string ControlAddress => In("control.json");

    public static DataDirectory Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            PrivateFiles.CreateDirectory(path);
            if (System.Text.Encoding.UTF8.GetByteCount(System.IO.Path.Combine(path, "control.sock")) > LongestSocketPath)
            {
                throw new InstallationException(InstallationFault.PathUnusable,
                    $"The path {path} is too long for the socket in it. Choose a data directory with a path of at most {LongestSocketPath - 13} bytes.");
            }

            return new DataDirectory(path, Lock(path));
        }
        catch (Exception problem) when (problem is UnauthorizedAccessException or IOException)
        {
            throw StorageFaults.OfFile(problem, path);
        }
    }

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => _lock.Dispose();

    private static FileStream Lock(string path)
    {
        var file = System.IO.Path.Combine(path, "lock");
        try
        {
            // FileShare.None is flock(LOCK_EX | LOCK_NB): the kernel lets go of it however the process ends.
            var held = new FileStream(file, PrivateFiles.Options(FileMode.OpenOrCreate, FileAccess.ReadWrite));
            held.SetLength(0);
            held.Write(System.Text.Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            held.Flush();
            return held;
        }
        catch (IOException problem) when (problem.GetType() == typeof(IOException) && !StorageFaults.IsFull(problem) && File.Exists(file))
        {
            throw new InstallationException(InstallationFault.AlreadyRunning,
                $"Doorward already runs on {path}{Holder(file)}. Stop it first, or choose another directory with --data.", problem);
        }
    }

    private static string Holder(string file)
    {
        try
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            return int.TryParse(reader.ReadToEnd(), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? $" (process {id})" : "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
