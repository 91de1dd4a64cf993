using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

internal sealed class RebootDoneReader : IFactReader
{
    private const string Required = "/run/reboot-required";
    private const string Running = "/proc/sys/kernel/osrelease";
    private const string Image = "vmlinuz-";

    public string Fact => FactNames.RebootDone;

    public FactReading Read(Machine machine)
    {
        var files = machine.Files;
        if (files.Exists(Required))
            return FactReading.Fail($"asked for by {string.Join(", ", TextFiles.Lines(files.ReadText(Required + ".pkgs")).Distinct().Take(5))}", Required);
        var running = files.ReadLine(Running);
        var installed = files.Names("/boot").Where(static name => name.StartsWith(Image, StringComparison.Ordinal)).Select(static name => name[Image.Length..]).ToList();
        if (running is null || installed.Count == 0) return FactReading.Unknown("no kernel is installed here: a container, or started from elsewhere", "/boot");
        installed.Sort(DebianVersion.Compare);
        return FactReading.Of(running == installed[^1], $"running {running}, newest installed {installed[^1]}", Running);
    }
}
