using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed class SecureBootReader : IFactReader
{
    private const string Variables = "/sys/firmware/efi/efivars";
    private const string Global = "8be4df61-93ca-11d2-aa0d-00e098032b8c"; // EFI_GLOBAL_VARIABLE

    public string Fact => FactNames.SecureBoot;

    public FactReading Read(Machine machine)
    {
        var source = $"{Variables}/SecureBoot-{Global}";
        if (!machine.Files.Exists("/sys/firmware/efi")) return FactReading.Unknown("not started by UEFI", source);
        return (Variable(machine.Files, "SecureBoot"), Variable(machine.Files, "SetupMode")) switch
        {
            (null, _) => FactReading.Unknown("the firmware does not say", source),
            (1, 1) => FactReading.Fail("on, but in setup mode: anybody may bring keys", source),
            (1, _) => FactReading.Pass("on", source),
            _ => FactReading.Fail("off", source),
        };
    }

    // Four bytes of attributes, then the value.
    private static byte? Variable(FileTree files, string name) =>
        files.ReadBytes($"{Variables}/{name}-{Global}") is [_, _, _, _, var value] ? value : null;
}
