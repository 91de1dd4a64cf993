using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

/// <summary>A block device, and whether everything that it stands on is encrypted.</summary>
internal static class BlockDevices
{
    private const int Deepest = 8;

    /// <summary>Null when there is no such device. Follows volumes (LVM, RAID) down to what holds them.</summary>
    public static bool? IsEncrypted(FileTree files, string folder, int depth = 0)
    {
        if (depth > Deepest || !files.Exists(folder)) return null;
        if (files.ReadLine($"{folder}/dm/uuid")?.StartsWith("CRYPT-", StringComparison.Ordinal) == true) return true;
        var below = files.Names($"{folder}/slaves");
        if (below.Count == 0) return false;
        // All of them, or the plain one leaks; a device that is not known is not known to be encrypted.
        var states = below.Select(name => IsEncrypted(files, $"/sys/class/block/{name}", depth + 1)).ToList();
        return states.Contains(false) ? false : states.Contains(null) ? null : true;
    }
}
