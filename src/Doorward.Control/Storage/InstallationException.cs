namespace Doorward.Control.Storage;

/// <summary>The installation cannot be opened or started. The message is one line for a person: what, where, what to do.</summary>
public sealed class InstallationException(InstallationFault fault, string message, Exception? inner = null) : Exception(message, inner)
{
    public InstallationFault Fault => fault;
}

public enum InstallationFault
{
    AlreadyRunning,
    ReadOnly,
    Full,
    Corrupt,
    KeyUnreadable,
    KeyExposed,
    PathUnusable,
    Newer,
    DomainDiffers,
    BackupUnusable,
}
