namespace Doorward.Cli.Health;

/// <summary>Without room for its record there is no access, so room is worth knowing about before it ends.</summary>
internal static class DiskSpaceCheck
{
    private const long Enough = 1L << 30;

    public static Task<Finding> RunAsync(DirectoryInfo data, CancellationToken cancel)
    {
        var existing = data;
        while (!existing.Exists && existing.Parent is { } parent)
        {
            existing = parent;
        }

        var free = new DriveInfo(existing.FullName).AvailableFreeSpace;
        var found = $"{free / (1L << 20)} MB free";
        return Task.FromResult(free >= Enough
            ? new Finding(true, found)
            : new Finding(false, found, "make room: with a full disk nothing is recorded, and so nothing is allowed"));
    }
}
