using System.Text.Json.Serialization;

namespace Doorward.Agent.People;

/// <summary>The person's own file; source-generated, as the agent is compiled ahead of time.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    WriteIndented = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(PersonRecord))]
internal sealed partial class PersonJson : JsonSerializerContext;
