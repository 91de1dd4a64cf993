using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed class AutomaticUpdatesReader : IFactReader
{
    private const string Apt = "/etc/apt/apt.conf.d";
    private const string Dnf = "/etc/dnf/automatic.conf";

    public string Fact => FactNames.AutomaticUpdates;

    public FactReading Read(Machine machine)
    {
        if (machine.Files.Exists(Apt)) return OfApt(machine.Files);
        if (machine.Files.ReadText(Dnf) is not { } settings) return FactReading.Unknown("neither apt nor dnf-automatic is here", Apt);
        var applies = TextFiles.Sections(settings).GetValueOrDefault("commands/apply_updates", "no") is "yes" or "true" or "1";
        var runs = machine.Files.Names("/etc/systemd/system/timers.target.wants").Any(static name => name.StartsWith("dnf-automatic", StringComparison.Ordinal));
        return FactReading.Of(applies && runs, $"apply_updates {(applies ? "yes" : "no")}, its timer is {(runs ? "on" : "off")}", Dnf);
    }

    private static FactReading OfApt(FileTree files)
    {
        // Later files win, and the one without a folder comes last (apt.conf(5)).
        string? value = null, enabled = null;
        foreach (var line in files.Names(Apt).Select(static name => $"{Apt}/{name}").Append("/etc/apt/apt.conf").SelectMany(path => TextFiles.Lines(files.ReadText(path))))
        {
            if (line.Split('"') is not [var name, var set, ..]) continue;
            if (name.TrimEnd().Equals("APT::Periodic::Unattended-Upgrade", StringComparison.OrdinalIgnoreCase)) value = set;
            if (name.TrimEnd().Equals("APT::Periodic::Enable", StringComparison.OrdinalIgnoreCase)) enabled = set;
        }

        // Without it nothing is done, whatever the rest says (apt.systemd.daily).
        if (enabled == "0") return FactReading.Fail("APT::Periodic::Enable is 0", Apt);
        var isInstalled = files.Exists("/usr/bin/unattended-upgrade") || files.Exists("/usr/bin/unattended-upgrades");
        return FactReading.Of(
            isInstalled && value is not (null or "0" or ""),
            isInstalled ? $"Unattended-Upgrade {value ?? "is not set"}" : "unattended-upgrades is not installed",
            Apt);
    }
}
