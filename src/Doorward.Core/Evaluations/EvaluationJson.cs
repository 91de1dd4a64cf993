using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Serialization;
using Doorward.Core.Evidences;

namespace Doorward.Core.Evaluations;

/// <summary>The half of an input that repeats.</summary>
public sealed record EvaluationFacts(
    SubjectEvidence Subject,
    SessionEvidence? Session,
    DeviceEvidence? Device,
    NetworkFacts? Network,
    RiskEvidence? Risk,
    AccessAction Action,
    ResourceFacts Resource);

/// <summary>The half of an input that does not.</summary>
public sealed record EvaluationMoment(TimeEvidence Time, HttpEvidence? Http, DateTimeOffset? DeviceReported = null, TunnelEvidence? Tunnel = null);

/// <summary>An address as text: IPAddress has no JSON form of its own.</summary>
public sealed record NetworkFacts(string Address, ImmutableArray<string> Networks)
{
    public static NetworkFacts? From(NetworkEvidence? evidence) =>
        evidence is null ? null : new NetworkFacts(evidence.Address.ToString(), evidence.Networks);

    public NetworkEvidence? ToEvidence() => IPAddress.TryParse(Address, out var address) ? new NetworkEvidence(address, Networks) : null;
}

/// <summary>The stored form of inputs and remedies; source-generated for the native gateway.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    IgnoreReadOnlyProperties = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EvaluationFacts))]
[JsonSerializable(typeof(EvaluationMoment))]
[JsonSerializable(typeof(ImmutableArray<Remedies.Remedy>))]
public sealed partial class EvaluationJson : JsonSerializerContext;
