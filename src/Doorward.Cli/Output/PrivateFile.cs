namespace Doorward.Cli.Output;

/// <summary>A new file that only its owner reads, from its first byte on.</summary>
internal static class PrivateFile
{
    /// <summary>What was under this name goes first: an old file would keep its mode, and a link would lead elsewhere.</summary>
    public static FileStream Create(string path)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}
