using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

/// <summary>sudo's rules; macOS has them too.</summary>
internal sealed class SudoReader : IFactReader
{
    private const string Rules = "/etc/sudoers";

    public string Fact => FactNames.ElevationAsks;

    public FactReading Read(Machine machine)
    {
        if (machine.Files.ReadText(Rules) is not { } main) return FactReading.Unknown("sudo is not here, or its rules may not be read", Rules);
        // Names with a dot or a tilde are passed over (sudoers(5)).
        var others = machine.Files.Names($"{Rules}.d").Where(static name => !name.Contains('.') && !name.EndsWith('~')).Select(name => $"{Rules}.d/{name}");
        foreach (var (path, text) in others.Select(path => (path, machine.Files.ReadText(path))).Prepend((Rules, main)))
        {
            if (text is null) return FactReading.Unknown("may not be read", path);
            if (TextFiles.Lines(text).FirstOrDefault(Opens) is { } line) return FactReading.Fail(line, path);
        }

        return FactReading.Pass("sudo asks", Rules);
    }

    private static bool Opens(string line) =>
        line.Contains("NOPASSWD:", StringComparison.Ordinal)
        || (line.StartsWith("Defaults", StringComparison.Ordinal) && line.Contains("!authenticate", StringComparison.Ordinal));
}
