using Doorward.Control.Audit.Tiles;

namespace Doorward.Control.Audit.Writing;

/// <summary>Keeps a second process from writing the same log: two writers would sign two histories.</summary>
internal sealed class LogLock : IDisposable
{
    private readonly FileStream _file;

    /// <exception cref="AuditUnavailableException">Another process has it.</exception>
    public LogLock(LogFolder log)
    {
        DurableFile.CreateFolder(log.Root);
        try
        {
            _file = new FileStream(log.Lock, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException e)
        {
            throw new AuditUnavailableException($"{log.Root}: the audit log is in use by another process, or the folder cannot be written", e);
        }
    }

    public void Dispose() => _file.Dispose();
}
