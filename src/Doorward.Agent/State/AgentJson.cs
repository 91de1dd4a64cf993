using System.Text.Json.Serialization;
using Doorward.Agent.Connector;

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
[JsonSerializable(typeof(ConnectorRecord))]
[JsonSerializable(typeof(ConnectorHealth))]
internal sealed partial class AgentJson : JsonSerializerContext;
