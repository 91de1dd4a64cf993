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
        var plain = new List<string>();
        var areas = TextFiles.Lines(text).Skip(1).Select(static line => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)).ToList();
        foreach (var area in areas)
        {
            // A file lies on a file system that is judged by itself; in zram it stays in memory.
            if (area is not [var path, "partition", ..]) plain.Add(area[0] + " (a file)");
            else if (!path.StartsWith("/dev/zram", StringComparison.Ordinal)
                && BlockDevices.IsEncrypted(machine.Files, $"/sys/class/block/{path[(path.LastIndexOf('/') + 1)..]}") != true) plain.Add(path);
        }

        if (areas.Count == 0) return FactReading.Pass("there is no swap, so nothing is written to it", Swaps);
        return plain.Count == 0 ? FactReading.Pass($"{areas.Count} areas, all encrypted or in memory", Swaps) : FactReading.Fail($"not encrypted: {string.Join(", ", plain)}", Swaps);
    }
}
