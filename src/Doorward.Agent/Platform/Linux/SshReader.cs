using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

/// <summary>
/// The SSH server's settings, as sshd reads them: the first value of each counts, files that are included stand where they are included
/// (sshd_config(5)). What a Match block opens for somebody is open.
/// </summary>
internal sealed class SshReader(string folder) : IFactReader
{
    private const int MostIncluded = 64;

    // Through PAM this asks for passwords too.
    private const string Interactive = "KbdInteractiveAuthentication";

    public string Fact => FactNames.SshHardened;

    public FactReading Read(Machine machine)
    {
        var source = $"{folder}/sshd_config";
        if (machine.Files.ReadText(source) is not { } text) return FactReading.Unknown("there is no SSH server here, or its settings cannot be read", source);
        var settings = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var opened = new List<string>();
        var isMatch = false;
        foreach (var (keyword, value) in Directives(machine.Files, text))
        {
            if (keyword.Equals("Match", StringComparison.OrdinalIgnoreCase)) isMatch = true;
            else if (!isMatch) settings.TryAdd(keyword, value);
            else if (IsOpen(keyword, value)) opened.Add($"{keyword} {value} for some");
        }

        // What is not set has its default: passwords are taken, root by key alone, empty passwords are not, PAM is not asked.
        settings.TryAdd("PasswordAuthentication", "yes");
        settings.TryAdd(Interactive, "yes");
        if (!settings.GetValueOrDefault("UsePAM", "no").Equals("yes", StringComparison.OrdinalIgnoreCase)) settings.Remove(Interactive);
        opened.AddRange(settings.Where(static setting => IsOpen(setting.Key, setting.Value)).Select(static setting => $"{setting.Key} {setting.Value}"));
        return opened.Count == 0 ? FactReading.Pass("keys only", source) : FactReading.Fail(string.Join(", ", opened), source);
    }

    private static bool IsOpen(string keyword, string value) =>
        value.Equals("yes", StringComparison.OrdinalIgnoreCase)
        && keyword.ToUpperInvariant() is "PASSWORDAUTHENTICATION" or "KBDINTERACTIVEAUTHENTICATION" or "PERMITROOTLOGIN" or "PERMITEMPTYPASSWORDS" or "HOSTBASEDAUTHENTICATION";

    private IEnumerable<(string Keyword, string Value)> Directives(FileTree files, string text)
    {
        foreach (var (keyword, value) in TextFiles.Lines(text).Select(Directive))
        {
            if (!keyword.Equals("Include", StringComparison.OrdinalIgnoreCase))
            {
                yield return (keyword, value);
                continue;
            }

            // Included files may not include others here: no system's do, and nothing may go round in circles.
            foreach (var line in Included(files, value).Take(MostIncluded).SelectMany(path => TextFiles.Lines(files.ReadText(path)))) yield return Directive(line);
        }
    }

    private static (string Keyword, string Value) Directive(string line)
    {
        var parts = line.Split((char[])[' ', '\t', '='], 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var keyword = parts[0].Equals("ChallengeResponseAuthentication", StringComparison.OrdinalIgnoreCase) ? Interactive : parts[0];
        return (keyword, parts.Length > 1 ? parts[1].Trim('"') : "");
    }

    private IEnumerable<string> Included(FileTree files, string pattern)
    {
        var whole = pattern.StartsWith('/') ? pattern : $"{folder}/{pattern}";
        var (within, name) = (whole[..whole.LastIndexOf('/')], whole[(whole.LastIndexOf('/') + 1)..]);
        return name.Split('*') is [var begin, var end]
            ? files.Names(within).Where(file => file.StartsWith(begin, StringComparison.Ordinal) && file.EndsWith(end, StringComparison.Ordinal)).Select(file => $"{within}/{file}")
            : [whole];
    }
}
