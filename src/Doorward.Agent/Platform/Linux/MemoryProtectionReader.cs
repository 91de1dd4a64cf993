using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed class MemoryProtectionReader : IFactReader
{
    private static readonly (string Setting, string[] Good)[] Settings =
    [
        ("kernel/randomize_va_space", ["2"]),
        ("kernel/kptr_restrict", ["1", "2"]),
        ("kernel/dmesg_restrict", ["1"]),
        ("kernel/yama/ptrace_scope", ["1", "2", "3"]),
        ("fs/protected_symlinks", ["1"]),
        ("fs/protected_hardlinks", ["1"]),
        ("fs/suid_dumpable", ["0", "2"]),
    ];

    public string Fact => FactNames.MemoryProtection;

    public FactReading Read(Machine machine)
    {
        const string folder = "/proc/sys";
        var read = Settings.Select(setting => (setting.Setting, setting.Good, Value: machine.Files.ReadLine($"{folder}/{setting.Setting}"))).ToList();
        var bad = read.Where(static setting => setting.Value is { } value && !setting.Good.Contains(value)).Select(static setting => $"{setting.Setting} is {setting.Value}").ToList();
        if (bad.Count > 0) return FactReading.Fail(string.Join(", ", bad), folder);
        var missing = read.Where(static setting => setting.Value is null).Select(static setting => setting.Setting).ToList();
        return missing.Count == 0 ? FactReading.Pass($"{read.Count} settings are as they should be", folder) : FactReading.Unknown($"not there: {string.Join(", ", missing)}", folder);
    }
}
