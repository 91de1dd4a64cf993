using System.Text.RegularExpressions;
using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

/// <summary>sudo's rules; macOS has them too.</summary>
internal sealed partial class SudoReader : IFactReader
{
    private const string Rules = "/etc/sudoers";

    // As sudo: MAX_SUDOERS_DEPTH.
    private const int Deepest = 128;

    public string Fact => FactNames.ElevationAsks;

    public FactReading Read(Machine machine)
    {
        if (machine.Files.ReadText(Rules) is null) return FactReading.Unknown("sudo is not here, or its rules may not be read", Rules);
        var seen = new HashSet<string>(StringComparer.Ordinal);

        // The folder too where the rules do not name it: who puts something there means it.
        return Folder(machine.Files, $"{Rules}.d").Prepend(Rules).Select(path => Judge(machine.Files, path, seen, 0)).FirstOrDefault(static found => found is not null)
            ?? FactReading.Pass("sudo asks", Rules);
    }

    // What is wrong with a file, or with one that it includes; null when nothing is.
    private static FactReading? Judge(FileTree files, string path, HashSet<string> seen, int depth)
    {
        if (!seen.Add(path)) return null;
        if (depth == Deepest || files.ReadText(path) is not { } text) return FactReading.Unknown("may not be read", path);

        // A backslash at the end of a line goes on with the next.
        foreach (var line in text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n').Select(static line => line.Trim()))
        {
            if (Inclusion().Match(line) is { Success: true } inclusion)
            {
                if (Included(files, inclusion) is not { } others) return FactReading.Unknown($"{line} is not followed", path);
                if (others.Select(other => Judge(files, other, seen, depth + 1)).FirstOrDefault(static found => found is not null) is { } found) return found;
            }
            else if (!Comment().IsMatch(line) && Opening().IsMatch(line))
            {
                return FactReading.Fail(line, path);
            }
        }

        return null;
    }

    // Null for a name that depends on the machine's.
    private static IEnumerable<string>? Included(FileTree files, Match inclusion)
    {
        var named = inclusion.Groups["path"].Value.Trim('"');
        if (named.Contains('%', StringComparison.Ordinal)) return null;
        var whole = named.StartsWith('/') ? named : $"/etc/{named}";
        return inclusion.Groups["dir"].Success ? Folder(files, whole) : files.Exists(whole) ? [whole] : [];
    }

    // Names with a dot or a tilde are passed over (sudoers(5)).
    private static IEnumerable<string> Folder(FileTree files, string folder) =>
        files.Names(folder).Where(static name => !name.Contains('.') && !name.EndsWith('~')).Select(name => $"{folder}/{name}");

    [GeneratedRegex("""^[@#]include(?<dir>dir)?[ \t]+(?<path>.+)$""")]
    private static partial Regex Inclusion();

    // A number behind the sign is somebody's: #1000 ALL=..
    [GeneratedRegex("""^#(?!\d)""")]
    private static partial Regex Comment();

    [GeneratedRegex("""NOPASSWD[ \t]*:|^Defaults.*![ \t]*authenticate""")]
    private static partial Regex Opening();
}
