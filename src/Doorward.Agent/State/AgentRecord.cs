using Doorward.Agent.Keys.Pkcs11;
using Doorward.Core.Devices.Reports;

namespace Doorward.Agent.State;

/// <summary>What a machine keeps of its enrolment. Nothing in it is secret but to those who may not use the device's key.</summary>
internal sealed record AgentRecord
{
    public required string Device { get; init; }
    public required string Name { get; init; }

    /// <summary>As the control plane concluded it.</summary>
    public required string KeyAssurance { get; init; }

    /// <summary>Scheme, host and port of <c>auth.</c> and of <c>agent.</c>.</summary>
    public required string Auth { get; init; }
    public required string Agent { get; init; }

    /// <summary>The root that both are believed by, in PEM.</summary>
    public required string Root { get; init; }

    /// <summary><c>HOST:PORT</c> to connect to, where the names do not resolve.</summary>
    public string? Connect { get; init; }

    /// <summary>For the first report.</summary>
    public required byte[] Nonce { get; init; }
    public required KeyPlace Key { get; init; }
}

/// <summary>Where the device's key is: in a token, in a TPM, or in the folder's own file when it is in neither.</summary>
internal sealed record KeyPlace
{
    public Pkcs11Settings? Token { get; init; }
    public TpmPlace? Tpm { get; init; }
}

/// <summary>A TPM's address as it is written, and the keys that it alone can load.</summary>
internal sealed record TpmPlace(string? Address, byte[] DeviceKey, byte[] AttestationKey);

/// <summary>How the device does, for whoever sits at it. Everybody on the machine may read it.</summary>
internal sealed record AgentHealth
{
    public required string Device { get; init; }
    public required string Name { get; init; }
    public required string KeyAssurance { get; init; }

    /// <summary><c>green</c>, <c>yellow</c> or <c>red</c>.</summary>
    public required string Colour { get; init; }
    public required HealthReason[] Reasons { get; init; }

    /// <summary>When a report counted; null before the first since the agent began.</summary>
    public DateTimeOffset? LastReport { get; init; }

    /// <summary>When the control plane said so; null when it said nothing since the agent began.</summary>
    public DateTimeOffset? Heard { get; init; }
    public required DateTimeOffset Written { get; init; }
}
