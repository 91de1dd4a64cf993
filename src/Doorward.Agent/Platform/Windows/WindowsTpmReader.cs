using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Windows;

internal sealed class WindowsTpmReader : IFactReader
{
    public string Fact => FactNames.Tpm;

    public FactReading Read(Machine machine)
    {
        const string source = "tpmtool getdeviceinformation";
        var lines = TextFiles.Lines(machine.Questions.Ask("tpmtool", "getdeviceinformation")?.Good).Select(static line => line.TrimStart('-').Split(':', 2))
            .Where(static parts => parts.Length == 2).ToLookup(static parts => parts[0].Trim(), static parts => parts[1].Trim());
        return (lines["TPM Present"].FirstOrDefault(), lines["TPM Version"].FirstOrDefault()) switch
        {
            ("True", "2.0") => FactReading.Pass("TPM 2.0", source),
            ("True", { } version) => FactReading.Fail($"TPM {version}", source),
            ("False", _) => FactReading.Fail("there is no TPM, or it is off", source),
            _ => FactReading.Unknown("Windows does not say", source),
        };
    }
}
