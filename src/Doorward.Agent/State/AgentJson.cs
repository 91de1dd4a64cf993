using System.Text.Json.Serialization;

namespace Doorward.Agent.State;

/// <summary>The agent's own files; source-generated, as it is compiled ahead of time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    WriteIndented = true,
    MaxDepth = 16)]
[JsonSerializable(typeof(AgentRecord))]
[JsonSerializable(typeof(AgentHealth))]
internal sealed partial class AgentJson : JsonSerializerContext;
