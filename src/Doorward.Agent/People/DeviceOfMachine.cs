using System.Security.Cryptography.X509Certificates;
using Doorward.Agent.Control;
using Doorward.Agent.Keys;
using Doorward.Agent.State;
using Doorward.Core.Agents;
using PersonalJson = Doorward.Core.Agents.AgentJson;

namespace Doorward.Agent.People;

/// <summary>The device that this machine is enrolled as, where the person may use its key; mostly only root may.</summary>
internal static class DeviceOfMachine
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>A certificate of the device for a key in memory; null when this machine is not enrolled there, or its key is not the person's to use.</summary>
    public static async Task<X509Certificate2?> CertifyAsync(Installation installation, string state, TimeProvider time, CancellationToken ct)
    {
        var folder = new AgentFolder(state);
        try
        {
            if (!folder.HasRecord || folder.Read() is not { } record || new Uri(record.Auth) != installation.Auth) return null;
            using var key = DeviceKeys.Open(folder, record.Key);
            using var link = new ControlLink(record, key, time);
            return await link.OrderCertificateAsync(ct);
        }
        catch (DeviceKeyException)
        {
            return null;
        }
    }

    /// <summary>Makes the session this device's, if it can be. What of it a person is told.</summary>
    public static async Task<string> BindAsync(Installation installation, string state, string token, TimeProvider time, CancellationToken ct)
    {
        using var certificate = await CertifyAsync(installation, state, time, ct);
        if (certificate is null) return "";
        using var agent = new Caller(installation.Transport(certificate), installation.Agent.ToString(), s_patience);
        var heard = await agent.PostAsync(AgentPaths.Bind, new BindRequest(token), PersonalJson.Default.BindRequest, PersonalJson.Default.AgentSession, ct);
        return heard.Answer?.Device is { } device ? $", on device {device}" : $" (not as this device: {heard.Problem?.Detail ?? heard.Silence})";
    }
}
