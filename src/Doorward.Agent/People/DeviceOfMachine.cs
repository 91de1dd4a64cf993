using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Doorward.Agent.Carrying;
using Doorward.Agent.Control;
using Doorward.Agent.Keys;
using Doorward.Agent.State;
using Doorward.Core.Agents;
using Doorward.Core.Devices;
using Doorward.Core.Devices.Enrolment;
using PersonalJson = Doorward.Core.Agents.AgentJson;

namespace Doorward.Agent.People;

/// <summary>
/// The device that this machine is enrolled as. Where its agent runs, that asks for the person; else whoever may use the device's key, mostly
/// root alone, does so with a certificate of its own.
/// </summary>
internal sealed class DeviceOfMachine(Installation installation, string state, TimeProvider time)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(15);

    private string Origin => installation.Auth.GetLeftPart(UriPartial.Authority);

    /// <summary>A tunnel that the agent carries, or its answer; null when no agent does.</summary>
    public Task<(CarriedCall? Call, CarryAnswer Answer)?> CarryAsync(string application, string? target, string token, CancellationToken ct) =>
        LocalCarrier.AskAsync(state, new CarryRequest { Auth = Origin, Kind = CarryKind.Tunnel, Application = application, Target = target, Token = token }, ct);

    /// <summary>A certificate of the device for a key that commands share; null when this machine is not enrolled there, or its key is not the person's to use.</summary>
    public async Task<X509Certificate2?> CertifyAsync(CancellationToken ct)
    {
        var folder = new AgentFolder(state);
        try
        {
            if (!folder.HasRecord || folder.Read() is not { } record || new Uri(record.Auth) != installation.Auth) return null;
            var kept = new SessionFile(folder.SessionFile, record.Device, time);
            if (kept.Read() is { } good) return good;
            using var key = DeviceKeys.Open(folder, record.Key);
            using var link = new ControlLink(record, key, time);
            if (await link.OrderCertificateAsync(ct) is not { } certificate) return null;
            kept.Write(certificate);
            return certificate;
        }
        catch (Exception error) when (error is DeviceKeyException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Makes the session this device's, if it can be. What of it a person is told.</summary>
    public async Task<string> BindAsync(string token, CancellationToken ct)
    {
        var heard = await AskAsync(CarryKind.Bind, null, new BindRequest(token), PersonalJson.Default.BindRequest, AgentPaths.Bind, PersonalJson.Default.AgentSession, ct);
        return heard is not { } answer ? ""
            : answer.Answer?.Device is { } device ? $", on device {device}" : $" (not as this device: {answer.Problem?.Detail ?? answer.Silence})";
    }

    /// <summary>An SSH certificate, as this device; null when this machine is none that the person may use.</summary>
    public Task<Heard<SshAnswer>?> OrderSshAsync(string application, SshRequest request, CancellationToken ct) => AskAsync(
        CarryKind.SshCertificate, application, request, PersonalJson.Default.SshRequest, AgentPaths.DeviceSsh + application, PersonalJson.Default.SshAnswer, ct);

    private async Task<Heard<TAnswer>?> AskAsync<TMessage, TAnswer>(
        CarryKind kind, string? application, TMessage message, JsonTypeInfo<TMessage> type, string path,
        JsonTypeInfo<TAnswer> answerType, CancellationToken ct)
        where TAnswer : class
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(message, type);
        if (await LocalCarrier.AskAsync(state, new CarryRequest { Auth = Origin, Kind = kind, Application = application, Body = body }, ct) is var (_, carried)) return Read(carried, answerType);
        using var certificate = await CertifyAsync(ct);
        if (certificate is null) return null;
        using var agent = new Caller(installation.Transport(certificate), installation.Agent.ToString(), s_patience);
        return await agent.PostAsync(path, message, type, answerType, ct);
    }

    private static Heard<TAnswer> Read<TAnswer>(CarryAnswer carried, JsonTypeInfo<TAnswer> type)
        where TAnswer : class
    {
        try
        {
            if (carried.Status == 200) return new Heard<TAnswer>(JsonSerializer.Deserialize(carried.Body, type), null, null);
            if (carried.Status != 0 && JsonSerializer.Deserialize(carried.Body, DeviceJson.Default.DeviceProblem) is { Code: not null, Detail: not null, Fix: not null } problem)
                return new Heard<TAnswer>(null, problem, null);
        }
        catch (JsonException)
        {
            // A gateway whose control plane is away answers in its own words.
        }

        return new Heard<TAnswer>(null, null, carried.Detail ?? (carried.Status == 0 ? "the agent of this machine is busy" : $"agent answers {carried.Status}"));
    }
}
