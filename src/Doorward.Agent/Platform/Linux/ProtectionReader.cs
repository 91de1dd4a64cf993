using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

/// <summary>
/// Whether a product's process runs in the control group of its unit. That is a claim, for anybody may name a process and a unit so: what
/// the vendor says of this machine is another matter.
/// </summary>
internal sealed class ProtectionReader(ProtectionProducts known) : IFactReader
{
    private static readonly string[] UnitFolders = ["/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"];

    public string Fact => known.Fact;

    public FactReading Read(Machine machine)
    {
        var installed = known.Products.Where(product => UnitFolders.Any(folder => machine.Files.Exists($"{folder}/{product.Unit}"))).ToList();
        foreach (var product in installed)
        {
            var group = $"/sys/fs/cgroup/system.slice/{product.Unit}/cgroup.procs";
            if (TextFiles.Lines(machine.Files.ReadText(group)).Any(id => machine.Files.ReadLine($"/proc/{id}/comm") == product.Process))
                return FactReading.Pass($"{product.Name} runs", group);
        }

        return installed.Count == 0
            ? FactReading.Unknown("no product is installed that is known here", UnitFolders[1])
            : FactReading.Fail($"{string.Join(", ", installed.Select(static product => product.Name))}: installed, and does not run", "/sys/fs/cgroup/system.slice");
    }
}
