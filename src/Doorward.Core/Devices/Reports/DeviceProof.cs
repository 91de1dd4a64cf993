namespace Doorward.Core.Devices.Reports;

/// <summary>What a device signs for a session: that it is this machine where somebody signs in, at that page, now.</summary>
public sealed record DeviceProof
{
    public required string Device { get; init; }

    /// <summary>The session that it is for, by its public id; the challenge must be of the same.</summary>
    public required string Session { get; init; }

    /// <summary>As the page gave it.</summary>
    public required string Challenge { get; init; }

    /// <summary>Of the page that asked, as the browser says and not as the page does.</summary>
    public required string Origin { get; init; }
    public required DateTimeOffset Time { get; init; }
}

/// <summary>A proof's JSON, and the signature over <see cref="ToBeSigned"/>: ECDSA with SHA-256, r and s side by side.</summary>
public sealed record SignedProof
{
    // No other signature of the key can be taken for one over a proof.
    private static ReadOnlySpan<byte> Prefix => "doorward session proof 1\n"u8;

    public static byte[] ToBeSigned(ReadOnlySpan<byte> proof) => [.. Prefix, .. proof];

    public required byte[] Proof { get; init; }
    public required byte[] Signature { get; init; }
}

/// <summary>The session is bound to the device for as long as the device is heard of.</summary>
public sealed record ProofAnswer(string Session);
