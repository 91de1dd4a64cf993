using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Doorward.Core.Tunnels;

/// <summary>Why a tunnel is over, or did not come about.</summary>
/// <param name="Code">From <see cref="TunnelCloseCodes"/>.</param>
/// <param name="Text">In words for the person.</param>
/// <param name="Reference">The decision's id, by which an administrator finds it; null when there is none.</param>
public sealed record TunnelClose(string Code, string Text, string? Reference = null);

/// <summary>A closed vocabulary; whoever does not know a code shows the text.</summary>
public static class TunnelCloseCodes
{
    /// <summary>The decision would not be made again: cut.</summary>
    public const string Cut = "cut";

    /// <summary>Nothing passed for as long as the application allows.</summary>
    public const string Idle = "idle";

    /// <summary>It was open for as long as the application allows.</summary>
    public const string Expired = "expired";

    /// <summary>The target refused the connection.</summary>
    public const string TargetRefused = "target-refused";

    /// <summary>The target did not answer in time, or has no address.</summary>
    public const string TargetUnreachable = "target-unreachable";

    /// <summary>The target's address is one that connectors do not connect to.</summary>
    public const string TargetForbidden = "target-forbidden";

    /// <summary>The target broke the connection off.</summary>
    public const string TargetReset = "target-reset";

    /// <summary>No replica of the connector is connected, or the one that carried it is gone.</summary>
    public const string ConnectorLost = "connector-lost";

    /// <summary>The application names no such target, as the control plane tells the connector.</summary>
    public const string NoSuchTarget = "no-such-target";

    /// <summary>The other side does not keep to the protocol.</summary>
    public const string Protocol = "protocol";

    /// <summary>The person's side went away.</summary>
    public const string Gone = "gone";
}

/// <summary>A gateway asks a connector for a stream to a target. Answered by opening the stream, or by a refusal.</summary>
/// <param name="Id">Unguessable, for one stream, for some seconds.</param>
/// <param name="Version">Of the application: a connector that knows an older one asks the control plane first.</param>
public sealed record ConnectorOrder(string Id, string Application, long Version, string Host, int Port)
{
    /// <summary>In which <paramref name="Version"/> counts; null by gateways that do not say. A restore begins another.</summary>
    public string? Epoch { get; init; }

    /// <summary>What a PROXY protocol header tells the target; null when the application wants none.</summary>
    public ProxiedClient? Proxy { get; init; }

    /// <summary>Where parts of the gateway's machine listen, as <see cref="System.Net.IPEndPoint"/>s are written: no targets, unless the application says so. Null by gateways that do not say.</summary>
    public IReadOnlyList<string>? Ours { get; init; }
}

/// <param name="Address">Of the person, as the gateway sees it.</param>
/// <param name="Local">Where the person connected to, at the gateway.</param>
/// <param name="User">The person's name.</param>
public sealed record ProxiedClient(string Address, int Port, string Local, int LocalPort, string User);

/// <summary>What a connector says on the stream of orders: one of these.</summary>
public sealed record ConnectorMessage
{
    /// <summary>First, and again when something of it changed.</summary>
    public ConnectorHello? Hello { get; init; }

    public OrderRefusal? Refused { get; init; }
}

/// <param name="Draining">Wants no new streams; those that are open go on.</param>
public sealed record ConnectorHello(string Version, bool Draining);

public sealed record OrderRefusal(string Id, TunnelClose Close);

/// <summary>What the control plane lets a connector reach.</summary>
/// <param name="Revision">Of the change log, when this was read.</param>
public sealed record ConnectorTargets(string Connector, long Revision, ImmutableArray<ApplicationTargets> Applications)
{
    /// <summary>In which <paramref name="Revision"/> and versions count; a restore of the control plane begins another.</summary>
    public string Epoch { get; init; } = "";

    /// <summary>When it was signed, by the control plane's clock: which of two epochs is the later one.</summary>
    public DateTimeOffset Signed { get; init; }

    /// <summary>Whether this may take the place of what is known: it is not older.</summary>
    public bool Follows(ConnectorTargets? known) => known is null || (Epoch == known.Epoch ? Revision >= known.Revision : Signed > known.Signed);
}

/// <param name="AllowSpecialAddresses">Whether loopback, link-local and metadata addresses count as targets like any other.</param>
public sealed record ApplicationTargets(string Application, long Version, ImmutableArray<TunnelTarget> Targets, bool AllowSpecialAddresses);

/// <summary>Signed by the component CA, so that a gateway cannot widen it.</summary>
/// <param name="Targets">A <see cref="ConnectorTargets"/>, as it was signed.</param>
/// <param name="Signature">ECDSA with SHA-256 over <see cref="Prefix"/> and those bytes, DER.</param>
public sealed record SignedConnectorTargets(byte[] Targets, byte[] Signature)
{
    public static ReadOnlySpan<byte> Prefix => "doorward connector targets v1\n"u8;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(TunnelClose))]
[JsonSerializable(typeof(ConnectorOrder))]
[JsonSerializable(typeof(ConnectorMessage))]
[JsonSerializable(typeof(ConnectorTargets))]
[JsonSerializable(typeof(SignedConnectorTargets))]
public sealed partial class TunnelJson : JsonSerializerContext;
