using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

/// <summary>What apt or dnf know to be waiting. They must have looked lately: an old list knows of nothing.</summary>
internal sealed class SecurityUpdatesReader : IFactReader
{
    private static readonly TimeSpan OldestList = TimeSpan.FromDays(7);

    public string Fact => FactNames.SecurityUpdates;

    public FactReading Read(Machine machine)
    {
        if (machine.Files.Exists(DebianPackages.Status)) return OfDebian(machine);
        const string dnf = "dnf updateinfo";
        if (machine.Questions.Ask("dnf", "-C", "-q", "updateinfo", "list", "--updates", "--security")?.Good is not { } answer)
            return FactReading.Unknown("neither apt nor dnf is here, or dnf has no list", dnf);
        var waiting = TextFiles.Lines(answer).Count();
        return waiting == 0 ? FactReading.Pass("none", dnf) : FactReading.Fail($"{waiting} wait", dnf);
    }

    private static FactReading OfDebian(Machine machine)
    {
        var lists = DebianPackages.SecurityLists(machine.Files);
        if (lists.Count == 0) return FactReading.Unknown("apt has no list of security updates", DebianPackages.Lists);
        if (DebianPackages.Looked(machine.Files) is not { } looked || (machine.Time.GetUtcNow() - looked).Duration() > OldestList)
            return FactReading.Unknown("apt has not looked for a week", DebianPackages.Lists);
        if (DebianPackages.Installed(machine.Files) is not { Count: > 0 } installed) return FactReading.Unknown("the list of packages cannot be read", DebianPackages.Status);
        var waiting = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var list in lists)
        {
            if (DebianPackages.Offered(machine.Files, list) is not { } offered) return FactReading.Unknown($"{list} cannot be read", DebianPackages.Lists);
            waiting.UnionWith(offered.Where(package => installed.TryGetValue(package.Name, out var version)
                && DebianVersion.Compare(package.Version, version) > 0).Select(static package => package.Name));
        }

        return waiting.Count == 0
            ? FactReading.Pass($"none of {installed.Count} packages", DebianPackages.Lists)
            : FactReading.Fail($"{waiting.Count} wait: {string.Join(", ", waiting.Take(5))}", DebianPackages.Lists);
    }
}
