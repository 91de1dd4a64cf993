using System.Text.RegularExpressions;
using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed partial class AutomaticLoginReader : IFactReader
{
    private static readonly (string File, string Setting)[] DisplayManagers =
    [
        ("/etc/gdm3/daemon.conf", "daemon/AutomaticLoginEnable"),
        ("/etc/gdm/custom.conf", "daemon/AutomaticLoginEnable"),
        ("/etc/lightdm/lightdm.conf", "Seat:*/autologin-user"),
        ("/etc/sddm.conf", "Autologin/User"),
    ];

    // Their settings come in pieces too.
    private static readonly string[] Pieces = ["/etc/lightdm/lightdm.conf.d", "/etc/sddm.conf.d"];

    public string Fact => FactNames.AutomaticLoginOff;

    public FactReading Read(Machine machine)
    {
        const string units = "/etc/systemd/system";
        var files = machine.Files;
        foreach (var folder in files.Names(units).Where(static name => name.StartsWith("getty@", StringComparison.Ordinal) && name.EndsWith(".d", StringComparison.Ordinal)))
        {
            if (files.Names($"{units}/{folder}").Any(name => TextFiles.Lines(files.ReadText($"{units}/{folder}/{name}")).Any(Logins().IsMatch)))
                return FactReading.Fail("a console logs in by itself", $"{units}/{folder}");
        }

        var found = DisplayManagers.Where(manager => files.Exists(manager.File)).ToList();
        found.AddRange(Pieces.SelectMany(folder => files.Names(folder).Where(static name => name.EndsWith(".conf", StringComparison.Ordinal)).Select(name => ($"{folder}/{name}", SettingOf(folder)))));
        foreach (var (file, setting) in found)
        {
            if (TextFiles.Sections(files.ReadText(file)).GetValueOrDefault(setting) is { Length: > 0 } value && !value.Equals("false", StringComparison.OrdinalIgnoreCase))
                return FactReading.Fail($"{setting} is {value}", file);
        }

        return found.Count > 0 ? FactReading.Pass("off", found[0].File) : FactReading.Unknown("no display manager is known here", "/etc");
    }

    // agetty(8): -a is short for it.
    [GeneratedRegex("""--autologin\b|\bagetty\b.* -[a-zA-Z]*a\b""")]
    private static partial Regex Logins();

    private static string SettingOf(string folder) => DisplayManagers.First(manager => folder.StartsWith(manager.File, StringComparison.Ordinal)).Setting;
}
