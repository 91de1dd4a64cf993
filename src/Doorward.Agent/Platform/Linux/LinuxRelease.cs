using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

/// <summary>What the machine says that it runs (os-release).</summary>
internal sealed record LinuxRelease(string Name, string Product, string Version)
{
    public const string Source = "/etc/os-release";

    private static readonly Dictionary<string, string> Products = new(StringComparer.Ordinal)
    {
        ["debian"] = "debian",
        ["ubuntu"] = "ubuntu",
        ["rhel"] = "rhel",
        ["fedora"] = "fedora",
        ["centos"] = "centos-stream",
        ["rocky"] = "rocky-linux",
        ["almalinux"] = "almalinux",
        ["opensuse-leap"] = "opensuse",
        ["sles"] = "sles",
        ["alpine"] = "alpine-linux",
        ["amzn"] = "amazon-linux",
        ["linuxmint"] = "linuxmint",
        ["ol"] = "oracle-linux",
    };

    /// <summary>Null when the file is not there.</summary>
    public static LinuxRelease? Read(FileTree files)
    {
        if ((files.ReadText(Source) ?? files.ReadText("/usr/lib/os-release")) is not { } text) return null;
        var values = TextFiles.Assignments(text);
        var id = values.GetValueOrDefault("ID", "");
        var version = values.GetValueOrDefault("VERSION_ID", "");
        return new LinuxRelease(values.GetValueOrDefault("PRETTY_NAME", $"{id} {version}"), Products.GetValueOrDefault(id, id), version);
    }
}
