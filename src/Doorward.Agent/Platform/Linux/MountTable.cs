using Doorward.Agent.Posture;

namespace Doorward.Agent.Platform.Linux;

/// <summary>A file system as it is mounted: where, of which type, from which device, and where the kernel tells of that.</summary>
internal sealed record Mount(string Point, string Type, string Device, string Folder)
{
    /// <summary>Null when it is not on a disk, or on none that the kernel tells of here.</summary>
    public bool? IsEncrypted(FileTree files) => Device.StartsWith("/dev/", StringComparison.Ordinal) ? BlockDevices.IsEncrypted(files, Folder) : null;
}

/// <summary>What is mounted where (proc(5), mountinfo).</summary>
internal static class MountTable
{
    public const string Source = "/proc/self/mountinfo";

    /// <summary>The file system that a path is on; null when the table does not say.</summary>
    public static Mount? Find(FileTree files, string path) =>
        TextFiles.Lines(files.ReadText(Source)).Select(line => Parse(files, line)).OfType<Mount>()
            .Where(mount => IsBelow(path, mount.Point))
            // The deepest; of several on one another the last.
            .Aggregate((Mount?)null, static (best, mount) => best is null || mount.Point.Length >= best.Point.Length ? mount : best);

    // id parent major:minor root mount-point options [fields..] - type source options
    private static Mount? Parse(FileTree files, string line)
    {
        var fields = line.Split(' ');
        var separator = Array.IndexOf(fields, "-");
        if (separator < 6 || separator + 2 >= fields.Length) return null;
        var device = fields[separator + 2];
        // File systems over several devices, such as btrfs, have a number of their own: then the name leads to one of them.
        var folder = $"/sys/dev/block/{fields[2]}";
        return new Mount(fields[4], fields[separator + 1], device, files.Exists(folder) ? folder : $"/sys/class/block/{KernelName(files, device)}");
    }

    private static bool IsBelow(string path, string point) =>
        point == "/" || path == point || (path.StartsWith(point, StringComparison.Ordinal) && path[point.Length] == '/');

    // Names below /dev/mapper are the kernel's dm-N.
    private static string KernelName(FileTree files, string device)
    {
        var name = device[(device.LastIndexOf('/') + 1)..];
        return device.StartsWith("/dev/mapper/", StringComparison.Ordinal)
            ? files.Names("/sys/class/block").FirstOrDefault(block => files.ReadLine($"/sys/class/block/{block}/dm/name") == name) ?? name
            : name;
    }
}
