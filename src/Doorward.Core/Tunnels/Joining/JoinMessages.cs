using System.Text.Json.Serialization;
using Doorward.Core.Devices.Enrolment;

namespace Doorward.Core.Tunnels.Joining;

/// <summary>A machine that has a link becomes a replica. Names are for people to know it again; nothing is decided by them.</summary>
public sealed record ConnectorJoin
{
    /// <summary>The whole text of the link's fragment.</summary>
    public required string Secret { get; init; }
    public required string HostName { get; init; }

    /// <summary>PKCS#10 by the key that orders are signed with, without names and extensions: it proves that the sender has that key.</summary>
    public required byte[] SigningRequest { get; init; }

    public override string ToString() => nameof(ConnectorJoin);
}

/// <summary>The machine is a replica now. Its certificates are for keys in memory, and are ordered.</summary>
/// <param name="Authority">The component CA, in DER.</param>
/// <param name="Agent">Scheme, host and port of <c>agent.</c>.</param>
public sealed record ConnectorJoined(string Connector, string Replica, byte[] Authority, string Agent);

/// <summary>What a replica signs to have a key certified that it holds in memory alone.</summary>
public sealed record ReplicaOrder
{
    /// <summary>Of the nonce, in bytes.</summary>
    public const int NonceLength = 16;

    public required string Connector { get; init; }
    public required string Replica { get; init; }
    public required DateTimeOffset Time { get; init; }

    /// <summary>Random; an order is taken once.</summary>
    public required byte[] Nonce { get; init; }

    /// <summary>PKCS#10 by the key in memory, without names and extensions.</summary>
    public required byte[] SigningRequest { get; init; }
}

/// <summary>An order's JSON, and the signature over <see cref="ToBeSigned"/>: ECDSA with SHA-256, r and s side by side.</summary>
public sealed record SignedReplicaOrder(byte[] Order, byte[] Signature)
{
    // No other signature of the key can be taken for one over an order.
    private static ReadOnlySpan<byte> Prefix => "doorward connector certificate order 1\n"u8;

    public static byte[] ToBeSigned(ReadOnlySpan<byte> order) => [.. Prefix, .. order];
}

/// <summary>An X.509-SVID and the root that signed it, in DER.</summary>
public sealed record ReplicaCertificate(byte[] Certificate, byte[] Authority, DateTimeOffset Expires);

/// <summary>What replicas and control plane say to each other; refusals are <see cref="DeviceProblem"/>s.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(ConnectorJoin))]
[JsonSerializable(typeof(ConnectorJoined))]
[JsonSerializable(typeof(ReplicaOrder))]
[JsonSerializable(typeof(SignedReplicaOrder))]
[JsonSerializable(typeof(ReplicaCertificate))]
[JsonSerializable(typeof(DeviceProblem))]
public sealed partial class JoinJson : JsonSerializerContext;
