namespace Doorward.Cli.Health;

/// <summary>The data folder holds keys: it must be there, writable, and closed to others.</summary>
internal static class DataFolderCheck
{
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;

    public static Task<Finding> RunAsync(DirectoryInfo data, CancellationToken cancel) => Task.FromResult(Look(data));

    private static Finding Look(DirectoryInfo data)
    {
        if (!data.Exists)
        {
            return new Finding(false, $"{data.FullName} does not exist", "run `doorward up`, or name another with --data") { IsAbsent = true };
        }

        if (!OperatingSystem.IsWindows() && (data.UnixFileMode & Others) != 0)
        {
            return new Finding(false, $"{data.FullName} is open to other users", $"chmod 700 {data.FullName}");
        }

        return new Finding(true, data.FullName);
    }
}
