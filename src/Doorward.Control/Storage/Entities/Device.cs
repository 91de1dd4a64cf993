using Doorward.Control.Changes;
using Doorward.Core.Devices;

namespace Doorward.Control.Storage;

/// <summary>An enrolled machine: its key, how that is kept, and what is concluded of its posture. Retired ones stay, for records.</summary>
public sealed class Device : IRevised
{
    public required string Id { get; init; }

    /// <summary>Unique among those that are not retired, whatever the case of letters.</summary>
    public required string Name { get; set; }
    public required string NormalizedName { get; set; }

    /// <summary>The person whose machine it is; null for nobody's in particular.</summary>
    public string? OwnerId { get; set; }

    /// <summary><c>linux</c>, <c>windows</c> or <c>macos</c>, as the machine said.</summary>
    public required string Platform { get; init; }
    public required string HostName { get; set; }

    /// <summary>SubjectPublicKeyInfo of its key, which is the device's identity and never changes, and the SHA-256 of it.</summary>
    public required byte[] PublicKey { get; init; }
    public required byte[] KeyHash { get; init; }
    public required KeyAssurance KeyAssurance { get; init; }

    /// <summary>SHA-256 of the endorsement key's area, and the attestation key's area; null without a TPM.</summary>
    public byte[]? EndorsementHash { get; init; }
    public byte[]? AttestationKey { get; init; }

    public DeviceStanding Standing { get; set; } = DeviceStanding.Active;
    public DeviceHoldCause? HoldCause { get; set; }

    /// <summary>An administrator's words for holding or retiring it. The person is told them.</summary>
    public string? StandingReason { get; set; }
    public Dictionary<string, string> Labels { get; set; } = [];
    public required DateTimeOffset Enrolled { get; init; }
    public required string InvitedBy { get; init; }
    public required DateTimeOffset CertificateExpires { get; set; }

    /// <summary>SHA-256 of the last two keys in memory that its key had certified for TLS, the newest first; null when it needs none.</summary>
    public byte[]? SessionKeys { get; set; }

    /// <summary>What it reported, as JSON, and the time of the last report that said something new; empty before the first.</summary>
    public string Posture { get; set; } = "";
    public DateTimeOffset? Reported { get; set; }

    /// <summary>What providers say of it, as JSON; empty while none does.</summary>
    public string Confirmations { get; set; } = "";

    /// <summary>What rules conclude of it, as JSON, and whether that is enough.</summary>
    public string Verdict { get; set; } = "";
    public bool Compliant { get; set; }

    /// <summary>What lists are filtered by, concluded with the verdict: the colour of its health, and how each rule and fact stands.</summary>
    public string Health { get; set; } = "red";
    public string Findings { get; set; } = "";

    /// <summary>When the clock alone changes the verdict; null when it does not.</summary>
    public DateTimeOffset? Due { get; set; }

    /// <summary>Nothing was heard of it for too long: whatever it reported is unknown.</summary>
    public bool Stale { get; set; } = true;
    public long Revision { get; set; }
}

/// <summary>Whether a device may do anything. The zero value may not.</summary>
public enum DeviceStanding { Retired, Held, Active }

/// <summary>Why a device is held.</summary>
public enum DeviceHoldCause
{
    /// <summary>An administrator put it in quarantine.</summary>
    Administrator,

    /// <summary>Two machines speak with its key.</summary>
    Forked,
}

/// <summary>How far a device has come in its reports. Apart from the device, because it moves with every report and says nothing to gateways.</summary>
public sealed class DeviceReportMark
{
    public required string DeviceId { get; init; }

    /// <summary>By our clock.</summary>
    public required DateTimeOffset LastReport { get; init; }
    public required long Sequence { get; init; }
}

/// <summary>A result that changed, and when.</summary>
public sealed class DeviceFactChange
{
    public long Id { get; init; }
    public required string DeviceId { get; init; }
    public required string Name { get; init; }
    public required string Result { get; init; }
    public string? Evidence { get; init; }
    public required DateTimeOffset At { get; init; }
}

/// <summary>Lets one machine enrol once; kept as the SHA-256 of its secret, deleted when used.</summary>
public sealed class DeviceInvitation
{
    public required byte[] Hash { get; init; }

    /// <summary>Whose the machine will be; null for nobody's in particular.</summary>
    public string? OwnerId { get; init; }

    /// <summary>What it will be called; null for its host name.</summary>
    public string? Name { get; init; }
    public Dictionary<string, string> Labels { get; init; } = [];
    public required string CreatedBy { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Expires { get; init; }
}
