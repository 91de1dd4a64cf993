using System.Text.RegularExpressions;
using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

/// <summary>
/// The SSH server's settings, as sshd reads them: the first value of each counts, files that are included stand where they are included
/// (sshd_config(5)). What a Match block opens for somebody is open.
/// </summary>
internal sealed partial class SshReader(string folder) : IFactReader
{
    private const int MostIncluded = 64;

    // As sshd: SERVCONF_MAX_DEPTH.
    private const int Deepest = 16;

    // Through PAM this asks for passwords too.
    private const string Interactive = "KbdInteractiveAuthentication";

    public string Fact => FactNames.SshHardened;

    public FactReading Read(Machine machine)
    {
        var source = $"{folder}/sshd_config";
        if (machine.Files.ReadText(source) is not { } text) return FactReading.Unknown("there is no SSH server here, or its settings cannot be read", source);
        var read = new Settings(machine.Files, folder);
        read.Take(text);
        var (settings, opened) = (read.First, read.Opened);

        // What is not set has its default: passwords are taken, root by key alone, empty passwords are not, PAM is not asked.
        settings.TryAdd("PasswordAuthentication", "yes");
        settings.TryAdd(Interactive, "yes");
        if (!settings.GetValueOrDefault("UsePAM", "no").Equals("yes", StringComparison.OrdinalIgnoreCase)) settings.Remove(Interactive);
        opened.AddRange(settings.Where(static setting => IsOpen(setting.Key, setting.Value)).Select(static setting => $"{setting.Key} {setting.Value}"));
        if (opened.Count > 0) return FactReading.Fail(string.Join(", ", opened), source);
        return read.Missed is { } missed ? FactReading.Unknown($"Include {missed} is not followed", source) : FactReading.Pass("keys only", source);
    }

    private static bool IsOpen(string keyword, string value) =>
        value.Equals("yes", StringComparison.OrdinalIgnoreCase)
        && keyword.ToUpperInvariant() is "PASSWORDAUTHENTICATION" or "KBDINTERACTIVEAUTHENTICATION" or "PERMITROOTLOGIN" or "PERMITEMPTYPASSWORDS" or "HOSTBASEDAUTHENTICATION";

    // Words as sshd takes them apart: in quotes of both kinds, and none behind a #.
    [GeneratedRegex("""\G[ \t]*(?:"([^"]*)"|'([^']*)'|([^ \t"'#][^ \t"']*))""")]
    private static partial Regex Word();

    [GeneratedRegex("""^([A-Za-z]+)[ \t]*=?[ \t]*""")]
    private static partial Regex Keyword();

    /// <summary>What the files say, one after the other.</summary>
    private sealed class Settings(FileTree files, string folder)
    {
        private bool _isMatch;
        private int _included;

        /// <summary>Outside of Match blocks, by keyword: what is said first.</summary>
        public Dictionary<string, string> First { get; } = new(StringComparer.OrdinalIgnoreCase);

        public List<string> Opened { get; } = [];

        /// <summary>What may say more, and is not read.</summary>
        public string? Missed { get; private set; }

        public void Take(string text, int depth = 0)
        {
            foreach (var line in TextFiles.Lines(text))
            {
                if (Keyword().Match(line) is not { Success: true } keyword) continue;
                var name = keyword.Groups[1].Value;
                var words = Word().Matches(line, keyword.Length).Select(static word => string.Concat(word.Groups.Values.Skip(1).Select(static group => group.Value))).ToList();
                if (name.Equals("Include", StringComparison.OrdinalIgnoreCase)) words.ForEach(pattern => Include(pattern, depth));
                else Set(name.Equals("ChallengeResponseAuthentication", StringComparison.OrdinalIgnoreCase) ? Interactive : name, words.FirstOrDefault(""));
            }
        }

        private void Set(string keyword, string value)
        {
            if (keyword.Equals("Match", StringComparison.OrdinalIgnoreCase)) _isMatch = true;
            else if (!_isMatch) First.TryAdd(keyword, value);
            else if (IsOpen(keyword, value)) Opened.Add($"{keyword} {value} for some");
        }

        // A Match block ends with the file that it is in.
        private void Include(string pattern, int depth)
        {
            var around = _isMatch;
            foreach (var path in Included(pattern))
            {
                if (++_included > MostIncluded || depth == Deepest || files.ReadText(path) is not { } text) Missed ??= pattern;
                else Take(text, depth + 1);
                _isMatch = around;
            }
        }

        private IEnumerable<string> Included(string pattern)
        {
            var whole = pattern.StartsWith('/') ? pattern : $"{folder}/{pattern}";
            var (within, name) = (whole[..whole.LastIndexOf('/')], whole[(whole.LastIndexOf('/') + 1)..]);
            if (within.AsSpan().IndexOfAny("*?[") >= 0 || name.AsSpan().IndexOfAny("?[") >= 0 || name.Count(static letter => letter == '*') > 1) Missed ??= pattern;
            else if (name.Split('*') is [var begin, var end]) return files.Names(within).Where(file => file.Length >= begin.Length + end.Length && file.StartsWith(begin, StringComparison.Ordinal) && file.EndsWith(end, StringComparison.Ordinal)).Select(file => $"{within}/{file}");
            else if (files.Exists(whole)) return [whole];
            return [];
        }
    }
}
