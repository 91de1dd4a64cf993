using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed class AutomaticLoginReader : IFactReader
{
    private static readonly (string File, string Setting)[] DisplayManagers =
    [
        ("/etc/gdm3/daemon.conf", "daemon/AutomaticLoginEnable"),
        ("/etc/gdm/custom.conf", "daemon/AutomaticLoginEnable"),
        ("/etc/lightdm/lightdm.conf", "Seat:*/autologin-user"),
        ("/etc/sddm.conf", "Autologin/User"),
    ];

    public string Fact => FactNames.AutomaticLoginOff;

    public FactReading Read(Machine machine)
    {
        const string units = "/etc/systemd/system";
        var files = machine.Files;
        foreach (var folder in files.Names(units).Where(static name => name.StartsWith("getty@", StringComparison.Ordinal) && name.EndsWith(".d", StringComparison.Ordinal)))
        {
            if (files.Names($"{units}/{folder}").Any(name => TextFiles.Lines(files.ReadText($"{units}/{folder}/{name}")).Any(static line => line.Contains("--autologin", StringComparison.Ordinal))))
                return FactReading.Fail("a console logs in by itself", $"{units}/{folder}");
        }

        var found = DisplayManagers.Where(manager => files.Exists(manager.File)).ToList();
        foreach (var (file, setting) in found)
        {
            if (TextFiles.Sections(files.ReadText(file)).GetValueOrDefault(setting) is { Length: > 0 } value && !value.Equals("false", StringComparison.OrdinalIgnoreCase))
                return FactReading.Fail($"{setting} is {value}", file);
        }

        return found.Count > 0 ? FactReading.Pass("off", found[0].File) : FactReading.Unknown("no display manager is known here", "/etc");
    }
}
