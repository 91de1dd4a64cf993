using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed class DiskEncryptionReader : IFactReader
{
    private const string Mounts = "/proc/self/mountinfo";

    public string Fact => FactNames.DiskEncryption;

    public FactReading Read(Machine machine)
    {
        // id parent major:minor root mount-point options [fields..] - type source options (proc(5)); the last one on / counts.
        var root = TextFiles.Lines(machine.Files.ReadText(Mounts)).Select(static line => line.Split(' ')).LastOrDefault(static fields => fields is [_, _, _, _, "/", ..]);
        var separator = root is null ? -1 : Array.IndexOf(root, "-");
        if (root is null || separator < 0 || separator + 2 >= root.Length) return FactReading.Unknown("no root file system is named", Mounts);
        var (type, device) = (root[separator + 1], root[separator + 2]);
        if (!device.StartsWith("/dev/", StringComparison.Ordinal)) return FactReading.Unknown($"the root file system is {type}, not on a disk that is known here", Mounts);
        // File systems over several devices, such as btrfs, have a number of their own: then the name leads to one of them.
        var folder = $"/sys/dev/block/{root[2]}";
        if (!machine.Files.Exists(folder)) folder = $"/sys/class/block/{KernelName(machine.Files, device)}";
        return BlockDevices.IsEncrypted(machine.Files, folder) switch
        {
            true => FactReading.Pass($"{device} is encrypted", folder),
            false => FactReading.Fail($"{device} is not encrypted", folder),
            null => FactReading.Unknown($"{device} is not known to the kernel here", folder),
        };
    }

    // Names below /dev/mapper are the kernel's dm-N.
    private static string KernelName(FileTree files, string device)
    {
        var name = device[(device.LastIndexOf('/') + 1)..];
        return device.StartsWith("/dev/mapper/", StringComparison.Ordinal)
            ? files.Names("/sys/class/block").FirstOrDefault(block => files.ReadLine($"/sys/class/block/{block}/dm/name") == name) ?? name
            : name;
    }
}
