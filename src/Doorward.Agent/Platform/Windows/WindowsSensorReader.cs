using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Windows;

internal sealed class WindowsSensorReader : IFactReader
{
    private static readonly (string Name, string Service)[] Products =
    [
        ("Microsoft Defender for Endpoint", "Sense"), ("CrowdStrike Falcon", "CSFalconService"), ("SentinelOne", "SentinelAgent"),
        ("Sophos", "Sophos Endpoint Defense Service"), ("Wazuh", "WazuhSvc"),
    ];

    public string Fact => FactNames.EndpointDetection;

    public FactReading Read(Machine machine)
    {
        const string services = @"SYSTEM\CurrentControlSet\Services";
        var installed = Products.Where(product => machine.Registry.HasKey($@"{services}\{product.Service}")).ToList();
        // 4 is RUNNING in every language.
        var running = installed.FirstOrDefault(product => machine.Questions.Ask("sc", "query", product.Service)?.Good?.Contains(": 4 ", StringComparison.Ordinal) == true);
        if (running.Name is { } name) return FactReading.Pass($"{name} runs", "sc query");
        return installed.Count == 0
            ? FactReading.Unknown("no product is installed that is known here", @"HKLM\" + services)
            : FactReading.Fail($"{string.Join(", ", installed.Select(static product => product.Name))}: installed, and does not run", "sc query");
    }
}
