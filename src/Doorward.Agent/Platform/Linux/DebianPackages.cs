using System.IO.Compression;
using System.Text;
using Doorward.Agent.Posture;

namespace Doorward.Agent.Platform.Linux;

/// <summary>dpkg's list of what is installed, and apt's lists of what its sources offer.</summary>
internal static class DebianPackages
{
    public const string Status = "/var/lib/dpkg/status";
    public const string Lists = "/var/lib/apt/lists";
    private const int Largest = 64 * 1024 * 1024;

    /// <summary>Versions by name.</summary>
    public static Dictionary<string, string>? Installed(FileTree files)
    {
        if (files.ReadBytes(Status, Largest) is not { } bytes) return null;
        var installed = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var package in Stanzas(new MemoryStream(bytes)))
        {
            if (package.Status.EndsWith(" installed", StringComparison.Ordinal)) installed[package.Name] = package.Version;
        }

        return installed;
    }

    /// <summary>The lists of sources whose name says that they are for security.</summary>
    public static IReadOnlyList<string> SecurityLists(FileTree files) =>
        [.. files.Names(Lists).Where(static name => name.Contains("security", StringComparison.Ordinal)
            && (name.EndsWith("_Packages", StringComparison.Ordinal) || name.EndsWith("_Packages.lz4", StringComparison.Ordinal) || name.EndsWith("_Packages.gz", StringComparison.Ordinal)))];

    /// <summary>What the files were last changed at that tell which updates wait; null where they do not tell it.</summary>
    public static string? Inputs(Machine machine) => machine.Files.Modified(Status) is { } status
        ? string.Join('|', SecurityLists(machine.Files).Select(list => $"{list} {machine.Files.Modified($"{Lists}/{list}"):O}").Prepend($"{status:O}"))
        : null;

    /// <summary>When apt last looked. Its lists have the times of the server; but it works in a folder of its own.</summary>
    public static DateTimeOffset? Looked(FileTree files) =>
        SecurityLists(files).Select(static list => $"{Lists}/{list}").Append($"{Lists}/partial").Append("/var/lib/apt/periodic/update-success-stamp")
            .Select(files.Modified).Max();

    public static IEnumerable<(string Name, string Version)>? Offered(FileTree files, string list)
    {
        if (files.ReadBytes($"{Lists}/{list}", Largest) is not { } bytes) return null;
        if (list.EndsWith(".lz4", StringComparison.Ordinal))
        {
            if (Lz4Frame.Read(bytes, Largest) is not { } plain) return null;
            bytes = plain;
        }

        Stream text = new MemoryStream(bytes);
        if (list.EndsWith(".gz", StringComparison.Ordinal)) text = new GZipStream(text, CompressionMode.Decompress);
        return [.. Stanzas(text).Select(static package => (package.Name, package.Version))];
    }

    private static IEnumerable<(string Name, string Version, string Status)> Stanzas(Stream stream)
    {
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var (name, version, status) = ("", "", "");
        while (true)
        {
            var line = reader.ReadLine();
            if (string.IsNullOrEmpty(line))
            {
                if (name.Length > 0 && version.Length > 0) yield return (name, version, status);
                (name, version, status) = ("", "", "");
                if (line is null) yield break;
            }
            else if (line.StartsWith("Package: ", StringComparison.Ordinal)) name = line["Package: ".Length..].Trim();
            else if (line.StartsWith("Version: ", StringComparison.Ordinal)) version = line["Version: ".Length..].Trim();
            else if (line.StartsWith("Status: ", StringComparison.Ordinal)) status = line["Status: ".Length..].Trim();
        }
    }
}
