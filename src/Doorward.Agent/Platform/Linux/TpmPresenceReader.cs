using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed class TpmPresenceReader : IFactReader
{
    private const string Version = "/sys/class/tpm/tpm0/tpm_version_major";

    public string Fact => FactNames.Tpm;

    public FactReading Read(Machine machine) => machine.Files.ReadLine(Version) switch
    {
        "2" when machine.Files.Exists("/dev/tpmrm0") => FactReading.Pass("TPM 2.0", Version),
        "2" => FactReading.Fail("TPM 2.0, but there is no way to it (/dev/tpmrm0)", Version),
        null => FactReading.Unknown("none is known to the kernel", Version),
        var other => FactReading.Fail($"TPM {other}", Version),
    };
}
