using System.Text.RegularExpressions;
using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed partial class PackageSourcesReader : IFactReader
{
    private const string Apt = "/etc/apt";
    private const string Yum = "/etc/yum.repos.d";

    public string Fact => FactNames.PackageSourcesSigned;

    public FactReading Read(Machine machine)
    {
        var files = machine.Files;
        if (files.Exists(Apt)) return OfApt(files);
        var repositories = files.Names(Yum).Select(name => $"{Yum}/{name}").ToList();
        if (repositories.Count == 0) return FactReading.Unknown("neither apt nor dnf has sources here", Apt);
        var open = repositories.Prepend("/etc/dnf/dnf.conf").FirstOrDefault(path => TextFiles.Sections(files.ReadText(path))
            .Any(static setting => setting.Key.EndsWith("/gpgcheck", StringComparison.OrdinalIgnoreCase) && setting.Value is "0" or "no" or "false"));
        return open is null ? FactReading.Pass($"{repositories.Count} sources, all checked", Yum) : FactReading.Fail("gpgcheck is off", open);
    }

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
