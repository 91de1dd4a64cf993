using System.Text.Json.Serialization;

namespace Doorward.Agent.Carrying;

/// <summary>What a person's command asks the machine's agent to do with the device's certificate. Nothing else can be asked.</summary>
internal sealed record CarryRequest
{
    /// <summary>Where the person is signed in: scheme, host and port of <c>auth.</c>.</summary>
    public required string Auth { get; init; }
    public required CarryKind Kind { get; init; }
    public string? Application { get; init; }

    /// <summary>Of a tunnel; null for the application's only one.</summary>
    public string? Target { get; init; }

    /// <summary>The person's, for a tunnel; else it is in the body.</summary>
    public string? Token { get; init; }

    /// <summary>What the control plane is asked, as JSON.</summary>
    public byte[]? Body { get; init; }

    /// <summary>For the data of a tunnel that is carried already: what the gateway said on that.</summary>
    public byte[]? Ticket { get; init; }

    // A record prints its members, and the token must never reach a log.
    public override string ToString() => nameof(CarryRequest);
}

internal enum CarryKind { Tunnel, Bind, SshCertificate, Data }

/// <summary>What the gateway or the control plane answered; with 200 to a tunnel, frames follow, and with 200 to its data, that.</summary>
/// <param name="Status">Of HTTP; 0 when the agent could not ask.</param>
/// <param name="Problem">Then why.</param>
internal sealed record CarryAnswer(int Status, byte[] Body, CarryProblem Problem = CarryProblem.None, string? Detail = null);

internal enum CarryProblem
{
    None,

    /// <summary>The machine is another installation's, or cannot be certified now: whoever asked goes without its certificate.</summary>
    NoDevice,

    /// <summary>The agent carries as much as it may.</summary>
    Busy,

    /// <summary>The gateway cannot be reached.</summary>
    Silence,

    Malformed,
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectNullableAnnotations = true, MaxDepth = 4)]
[JsonSerializable(typeof(CarryRequest))]
[JsonSerializable(typeof(CarryAnswer))]
internal sealed partial class CarryJson : JsonSerializerContext;
