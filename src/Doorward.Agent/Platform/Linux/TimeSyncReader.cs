using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed class TimeSyncReader : IFactReader
{
    private const string Timesyncd = "/run/systemd/timesync";

    public string Fact => FactNames.TimeSync;

    public FactReading Read(Machine machine)
    {
        if (machine.Files.Exists($"{Timesyncd}/synchronized")) return FactReading.Pass("systemd-timesyncd is synchronised", Timesyncd);
        if (machine.Questions.Ask("chronyc", "-n", "tracking") is { } answer) return OfChrony(answer);
        return machine.Files.Exists(Timesyncd)
            ? FactReading.Fail("systemd-timesyncd is not synchronised", Timesyncd)
            : FactReading.Unknown("neither systemd-timesyncd nor chrony is here", Timesyncd);
    }

    private static FactReading OfChrony(ProgramAnswer answer)
    {
        const string source = "chronyc tracking";
        var leap = TextFiles.Lines(answer.Good).FirstOrDefault(static line => line.StartsWith("Leap status", StringComparison.Ordinal))?.Split(':', 2)[^1].Trim();
        return leap switch
        {
            null => FactReading.Fail("chrony does not run", source),
            "Not synchronised" => FactReading.Fail("chrony is not synchronised", source),
            _ => FactReading.Pass("chrony is synchronised", source),
        };
    }
}
