namespace Doorward.Control.Storage;

/// <summary>A gateway that joined. The name is in its SVID and is never given to another one while this row exists.</summary>
public sealed class Gateway
{
    public required string Name { get; init; }
    public required DateTimeOffset Joined { get; init; }

    /// <summary>SHA-256 of the public key last certified, and of the one before: the answer to a renewal can be lost.</summary>
    public required byte[] KeyHash { get; set; }
    public byte[]? PreviousKeyHash { get; set; }
    public required DateTimeOffset CertificateExpires { get; set; }
    public DateTimeOffset? LastSeen { get; set; }
    public string? Version { get; set; }
    public DateTimeOffset? Revoked { get; set; }
}

/// <summary>Lets one gateway join once; kept as the SHA-256 of its secret, deleted when used.</summary>
public sealed class JoinToken
{
    public required byte[] Hash { get; init; }
    public required string Name { get; init; }
    public required DateTimeOffset Created { get; init; }
    public required DateTimeOffset Expires { get; init; }
}

/// <summary>The public half of a key that a gateway signs <c>Doorward-Assertion</c> with.</summary>
public sealed class AssertionKey
{
    public required string Kid { get; init; }
    public required string Gateway { get; init; }
    public required string X { get; init; }
    public required string Y { get; init; }
    public required DateTimeOffset NotAfter { get; init; }
}
