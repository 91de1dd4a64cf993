using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

/// <summary>What an administrator settled for everybody; a person's own choice can be unmade at any time, and is not counted.</summary>
internal sealed class ScreenLockReader : IFactReader
{
    private const string Gnome = "/etc/dconf/db";
    private const string Kde = "/etc/xdg/kscreenlockerrc";
    private const string Key = "org/gnome/desktop/screensaver/lock-enabled";

    public string Fact => FactNames.ScreenLock;

    public FactReading Read(Machine machine)
    {
        var files = machine.Files;
        foreach (var folder in files.Names(Gnome).Where(static name => name.EndsWith(".d", StringComparison.Ordinal)).Select(static name => $"{Gnome}/{name}"))
        {
            var set = files.Names(folder).Select(name => TextFiles.Sections(files.ReadText($"{folder}/{name}")).GetValueOrDefault(Key)).LastOrDefault(static value => value is not null);
            if (set is null) continue;
            if (set != "true") return FactReading.Fail("GNOME's lock is off", folder);
            var isSettled = files.Names($"{folder}/locks").Any(name => TextFiles.Lines(files.ReadText($"{folder}/locks/{name}")).Contains("/" + Key));
            return isSettled ? FactReading.Pass("GNOME's lock is on, and nobody can turn it off", folder) : FactReading.Unknown("GNOME's lock is on, but anybody can turn it off", folder);
        }

        return TextFiles.Sections(files.ReadText(Kde)).GetValueOrDefault("Daemon/Autolock") switch
        {
            "true" => FactReading.Pass("KDE's lock is on", Kde),
            "false" => FactReading.Fail("KDE's lock is off", Kde),
            _ => FactReading.Unknown("not settled for everybody", Gnome),
        };
    }
}
