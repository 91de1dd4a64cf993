using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;

namespace Doorward.Agent.Platform.Linux;

/// <summary>A product that protects machines: the unit that runs it, and the process that does the work.</summary>
internal sealed record ProtectionProduct(string Name, string Unit, string Process);

/// <summary>Those that are known here, by what they are for.</summary>
internal sealed record ProtectionProducts(string Fact, params ProtectionProduct[] Products)
{
    public static readonly ProtectionProducts Antivirus = new(
        FactNames.Antivirus,
        new("ClamAV", "clamav-daemon.service", "clamd"),
        new("Microsoft Defender", "mdatp.service", "wdavdaemon"),
        new("Sophos", "sophos-spl.service", "sophos_watchdog"),
        new("ESET", "eea.service", "eea"));

    public static readonly ProtectionProducts EndpointDetection = new(
        FactNames.EndpointDetection,
        new("CrowdStrike Falcon", "falcon-sensor.service", "falcon-sensor"),
        new("Microsoft Defender", "mdatp.service", "wdavdaemon"),
        new("SentinelOne", "sentinelone.service", "s1-agent"),
        new("Sophos", "sophos-spl.service", "sophos_watchdog"),
        new("Wazuh", "wazuh-agent.service", "wazuh-agentd"),
        new("Elastic Defend", "ElasticEndpoint.service", "elastic-endpoin"));
}
