namespace Doorward.Core.Devices.Enrolment;

/// <summary>
/// What a device signs to have a key certified that it holds in memory alone. Its own key may be in a TPM or a token, where TLS cannot use
/// it, and stays what it is known by.
/// </summary>
public sealed record CertificateOrder
{
    /// <summary>Of the nonce, in bytes.</summary>
    public const int NonceLength = 16;

    public required string Device { get; init; }
    public required DateTimeOffset Time { get; init; }

    /// <summary>Random; an order is taken once.</summary>
    public required byte[] Nonce { get; init; }

    /// <summary>PKCS#10 by the key in memory, without names and extensions.</summary>
    public required byte[] SigningRequest { get; init; }
}

/// <summary>An order's JSON, and the signature over <see cref="ToBeSigned"/>: ECDSA with SHA-256, r and s side by side.</summary>
public sealed record SignedCertificateOrder
{
    // No other signature of the key can be taken for one over an order.
    private static ReadOnlySpan<byte> Prefix => "doorward certificate order 1\n"u8;

    public static byte[] ToBeSigned(ReadOnlySpan<byte> order) => [.. Prefix, .. order];

    public required byte[] Order { get; init; }
    public required byte[] Signature { get; init; }
}
