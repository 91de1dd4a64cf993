using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Doorward.Core.Applications;
using Doorward.Core.Evidences;

namespace Doorward.Core.Evaluations;

/// <summary>
/// Everything an evaluation rests on but the policies, so that it can be stored and evaluated again to the same answer.
/// It is kept in two halves: the facts repeat from request to request and are stored once by hash, the moment does not.
/// </summary>
public sealed record EvaluationInput(Evidence Evidence, AccessAction Action, ResourceFacts Resource)
{
    /// <summary>Subject, session, device, network, risk, action and resource as UTF-8 JSON with a fixed order of fields.</summary>
    public byte[] FactsToJson() => JsonSerializer.SerializeToUtf8Bytes(
        new EvaluationFacts(
            Evidence.Subject, Evidence.Session, Evidence.Device, NetworkFacts.From(Evidence.Network), Evidence.Risk, Action, Resource),
        EvaluationJson.Default.EvaluationFacts);

    /// <summary>Time and request as UTF-8 JSON.</summary>
    public byte[] MomentToJson() => JsonSerializer.SerializeToUtf8Bytes(
        new EvaluationMoment(Evidence.Time, Evidence.Http, Evidence.Device?.Reported, Evidence.Tunnel), EvaluationJson.Default.EvaluationMoment);

    /// <summary>SHA-256 of <see cref="FactsToJson"/>, 32 bytes: the key under which facts are stored.</summary>
    public static byte[] HashOf(ReadOnlySpan<byte> facts) => SHA256.HashData(facts);

    /// <summary>The input that two stored halves describe, or null when either is not one of ours.</summary>
    public static EvaluationInput? FromJson(ReadOnlySpan<byte> facts, ReadOnlySpan<byte> moment)
    {
        try
        {
            var stable = JsonSerializer.Deserialize(facts, EvaluationJson.Default.EvaluationFacts);
            var fleeting = JsonSerializer.Deserialize(moment, EvaluationJson.Default.EvaluationMoment);
            return stable is null || fleeting is null ? null : Join(stable, fleeting);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static EvaluationInput Join(EvaluationFacts facts, EvaluationMoment moment) => new(
        new Evidence
        {
            Subject = facts.Subject,
            Session = facts.Session,
            Device = facts.Device is { } device ? Complete(device, moment.DeviceReported) : null,
            Network = facts.Network?.ToEvidence(),
            Risk = facts.Risk,
            Time = moment.Time,
            Http = moment.Http,
            Tunnel = moment.Tunnel,
        },
        facts.Action,
        facts.Resource);

    // What was stored before there were facts has none.
    private static DeviceEvidence Complete(DeviceEvidence device, DateTimeOffset? reported) => device with
    {
        Facts = device.Facts.IsDefault ? [] : device.Facts,
        Reasons = device.Reasons.IsDefault ? [] : device.Reasons,
        Reported = reported,
    };
}

/// <summary>What is asked for. All three are members of <c>Action::"access"</c>.</summary>
public enum AccessAction { Read, Write, Tunnel }

/// <summary>What a policy can see of an application, and the bound on the age of a sign-in that it sets itself.</summary>
public sealed record ResourceFacts(
    string Name, ImmutableSortedDictionary<string, string> Labels, bool System = false, TimeSpan? MaxSignInAge = null)
{
    public static ResourceFacts From(ApplicationDefinition application, bool system) =>
        new(application.Name, application.Labels, system, application.MaxSignInAge);
}
