namespace Doorward.Control.Storage;

/// <summary>A machine that joined for a connector. Retired ones stay, for records; which are not stands in the connector's document too.</summary>
public sealed class ConnectorReplica
{
    public required string Id { get; init; }
    public required string Connector { get; init; }

    /// <summary>As the machine said.</summary>
    public required string HostName { get; init; }

    /// <summary>SubjectPublicKeyInfo of the key that its orders are signed with, and the SHA-256 of it.</summary>
    public required byte[] PublicKey { get; init; }
    public required byte[] KeyHash { get; init; }
    public required DateTimeOffset Joined { get; init; }
    public required string InvitedBy { get; init; }

    /// <summary>Of the last certificate; null before the first.</summary>
    public DateTimeOffset? CertificateExpires { get; set; }

    /// <summary>SHA-256 of the last two keys in memory that its key had certified for TLS, the newest first.</summary>
    public byte[]? SessionKeys { get; set; }
    public DateTimeOffset? Retired { get; set; }
    public string? RetiredReason { get; set; }
}

/// <summary>Lets one machine join for a connector once; kept as the SHA-256 of its secret, deleted when used.</summary>
public sealed class ConnectorInvitation
{
    public required byte[] Hash { get; init; }
    public required string Connector { get; init; }
    public required string CreatedBy { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Expires { get; init; }
}
