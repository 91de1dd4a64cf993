namespace Doorward.Control.Storage;

/// <summary>Files and directories that only their owner may read.</summary>
internal static class PrivateFiles
{
    public const UnixFileMode FileMode600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    public const UnixFileMode DirectoryMode700 = FileMode600 | UnixFileMode.UserExecute;
    private const UnixFileMode Others = (UnixFileMode)0b000_111_111;

    public static FileStreamOptions Options(FileMode mode, FileAccess access)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode600;
        }

        return options;
    }

    public static void CreateDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, DirectoryMode700);
        }
    }

    /// <summary>Writes a file whole or not at all, durably: a crash leaves the old one or the new one.</summary>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        var pending = path + ".new";
        File.Delete(pending);
        using (var stream = new FileStream(pending, Options(FileMode.CreateNew, FileAccess.Write)))
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }

        File.Move(pending, path, overwrite: true);
    }

    /// <summary>Reads a key file; one that others may read, or that cannot be read, stops the start.</summary>
    public static byte[] ReadKey(string path)
    {
        try
        {
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
            {
                throw new InstallationException(InstallationFault.KeyExposed,
                    $"The key {path} is readable by others than its owner. Run: chmod 600 {path} (and consider the key known to whoever could read it).");
            }

            return File.ReadAllBytes(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new InstallationException(InstallationFault.KeyUnreadable,
                $"The key {path} cannot be read: {problem.Message} Restore it from a backup, or give its owner access.", problem);
        }
    }
}
