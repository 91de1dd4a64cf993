using System.Text.Json.Serialization;

namespace Doorward.Core.Applications;

/// <summary>How a definition travels in the feed: source-generated, so that the native gateway reads it too.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(ApplicationDefinition))]
public sealed partial class ApplicationJson : JsonSerializerContext;
