using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed class SwapEncryptionReader : IFactReader
{
    private const string Swaps = "/proc/swaps";

    public string Fact => FactNames.SwapEncryption;

    public FactReading Read(Machine machine)
    {
        if (machine.Files.ReadText(Swaps) is not { } text) return FactReading.Unknown("the kernel does not say", Swaps);
        var areas = TextFiles.Lines(text).Skip(1).Select(static line => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
            .Where(static fields => fields.Length > 1).Select(fields => (Path: fields[0], State: IsEncrypted(machine.Files, fields[0], fields[1]))).ToList();
        if (areas.Count == 0) return FactReading.Pass("there is no swap, so nothing is written to it", Swaps);
        var plain = areas.Where(static area => area.State == false).Select(static area => area.Path).ToList();
        if (plain.Count > 0) return FactReading.Fail($"not encrypted: {string.Join(", ", plain)}", Swaps);
        var unknown = areas.Where(static area => area.State is null).Select(static area => area.Path).ToList();
        return unknown.Count > 0
            ? FactReading.Unknown($"not known of {string.Join(", ", unknown)}", Swaps)
            : FactReading.Pass($"{areas.Count} areas, all encrypted or in memory", Swaps);
    }

    // A file is as encrypted as the file system that it lies on; zram stays in memory.
    private static bool? IsEncrypted(FileTree files, string path, string type) => type switch
    {
        "file" => MountTable.Find(files, path)?.IsEncrypted(files),
        _ when path.StartsWith("/dev/zram", StringComparison.Ordinal) => true,
        _ => BlockDevices.IsEncrypted(files, $"/sys/class/block/{path[(path.LastIndexOf('/') + 1)..]}"),
    };
}
