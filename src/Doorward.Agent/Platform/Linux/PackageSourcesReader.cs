using System.Text.RegularExpressions;
using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed partial class PackageSourcesReader : IFactReader
{
    private const string Apt = "/etc/apt";
    private const string Yum = "/etc/yum.repos.d";
    private const string Dnf = "/etc/dnf/dnf.conf";

    public string Fact => FactNames.PackageSourcesSigned;

    public FactReading Read(Machine machine)
    {
        var files = machine.Files;
        if (files.Exists(Apt)) return OfApt(files);
        var repositories = files.Names(Yum).Where(static name => name.EndsWith(".repo", StringComparison.Ordinal)).Select(static name => $"{Yum}/{name}").ToList();
        if (repositories.Count == 0) return FactReading.Unknown("neither apt nor dnf has sources here", Apt);
        if (repositories.Find(path => files.ReadText(path) is null) is { } closed) return FactReading.Unknown("may not be read", closed);
        var general = TextFiles.Sections(files.ReadText(Dnf)).GetValueOrDefault("main/gpgcheck");
        if (general is not null && !IsYes(general)) return FactReading.Fail("gpgcheck is off", Dnf);
        return repositories.FirstOrDefault(path => !IsChecked(files.ReadText(path), general)) is { } open
            ? FactReading.Fail("gpgcheck is off", open)
            : FactReading.Pass($"{repositories.Count} sources, all checked", Yum);
    }

    // Of each repository its own word counts, else that for all; without either nothing is checked (dnf.conf(5)).
    private static bool IsChecked(string? repositories, string? general)
    {
        var settings = TextFiles.Sections(repositories);
        return settings.Keys.Select(static key => key[..key.LastIndexOf('/')]).Distinct(StringComparer.OrdinalIgnoreCase)
            .All(repository => IsYes(settings.GetValueOrDefault($"{repository}/gpgcheck", general ?? "")));
    }

    private static bool IsYes(string value) => value.ToUpperInvariant() is "1" or "YES" or "TRUE" or "ON";

    private static FactReading OfApt(FileTree files)
    {
        var sources = files.Names($"{Apt}/sources.list.d").Select(static name => $"{Apt}/sources.list.d/{name}").Prepend($"{Apt}/sources.list").Where(files.Exists).ToList();
        if (sources.Count == 0) return FactReading.Unknown("apt has no sources", Apt);
        if (sources.FirstOrDefault(path => TextFiles.Lines(files.ReadText(path)).Any(Trusted().IsMatch)) is { } trusted) return FactReading.Fail("trusted without a signature", trusted);
        var settings = files.Names($"{Apt}/apt.conf.d").Select(static name => $"{Apt}/apt.conf.d/{name}").Append($"{Apt}/apt.conf");
        return settings.FirstOrDefault(path => TextFiles.Lines(files.ReadText(path)).Any(Loose().IsMatch)) is { } loose
            ? FactReading.Fail("unsigned packages are let in", loose)
            : FactReading.Pass($"{sources.Count} files of sources, all checked", Apt);
    }

    // One line of the old format, or one of the new one (sources.list(5)). What is yes to apt: StringToBool of libapt-pkg.
    [GeneratedRegex("""\btrusted\s*[=:]\s*(yes|true|with|on|enable|1)\b""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Trusted();

    [GeneratedRegex("""\b(AllowUnauthenticated|AllowInsecureRepositories)\s+"?(yes|true|with|on|enable|1)\b""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Loose();
}
