using System.Text.Json.Serialization;

namespace Doorward.Core.Agents;

/// <summary>A person's session on the command line.</summary>
/// <param name="Methods">RFC 8176 names.</param>
/// <param name="Device">The device that it is bound to; null for none.</param>
public sealed record AgentSession(string Id, string User, int Assurance, string[] Methods, DateTimeOffset Authenticated, DateTimeOffset Expires, string? Device = null);

/// <summary>Asks that a session be this device's.</summary>
public sealed record BindRequest(string Token)
{
    // A record prints its members, and the text must never reach a log.
    public override string ToString() => nameof(BindRequest);
}

/// <summary>Asks for an SSH certificate.</summary>
/// <param name="PublicKey">As SSH writes keys.</param>
/// <param name="Login">The one login name wanted; null for all that policy permits.</param>
public sealed record SshRequest(string Token, byte[] PublicKey, string? Login = null)
{
    public override string ToString() => nameof(SshRequest);
}

/// <param name="Certificate">As a line of a <c>-cert.pub</c> file.</param>
/// <param name="Principals">The login names it is good for.</param>
public sealed record SshAnswer(string Certificate, string[] Principals, DateTimeOffset Until);

/// <summary>What the token endpoint answers <c>doorward-agent</c> (RFC 6749 section 5, RFC 8628 section 3.5).</summary>
public sealed record TokenAnswer
{
    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    public string? User { get; init; }

    /// <summary>Seconds since 1970.</summary>
    public long Expires { get; init; }

    public string? Error { get; init; }

    [JsonPropertyName("error_description")]
    public string? ErrorDescription { get; init; }

    public override string ToString() => nameof(TokenAnswer);
}

/// <summary>A code for a person to type elsewhere (RFC 8628 section 3.2).</summary>
public sealed record DeviceCodeAnswer
{
    [JsonPropertyName("device_code")]
    public string? DeviceCode { get; init; }

    [JsonPropertyName("user_code")]
    public string? UserCode { get; init; }

    [JsonPropertyName("verification_uri")]
    public string? VerificationUri { get; init; }

    [JsonPropertyName("expires_in")]
    public int ExpiresIn { get; init; }

    public int Interval { get; init; } = 5;

    public string? Error { get; init; }

    [JsonPropertyName("error_description")]
    public string? ErrorDescription { get; init; }

    public override string ToString() => nameof(DeviceCodeAnswer);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(AgentSession))]
[JsonSerializable(typeof(BindRequest))]
[JsonSerializable(typeof(SshRequest))]
[JsonSerializable(typeof(SshAnswer))]
[JsonSerializable(typeof(TokenAnswer))]
[JsonSerializable(typeof(DeviceCodeAnswer))]
public sealed partial class AgentJson : JsonSerializerContext;
