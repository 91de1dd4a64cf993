namespace Doorward.Core.Tunnels;

/// <summary>Where tunnels are asked for. All but the first two are at <c>agent.</c>.</summary>
public static class TunnelPaths
{
    /// <summary>At <c>auth.</c>, with the one-time token of a link: a connector becomes a replica.</summary>
    public const string Join = "/connector/join";

    /// <summary>At <c>auth.</c>, by the replica's signature: certificates for keys that TLS can use.</summary>
    public const string Certificate = "/connector/certificate";

    /// <summary>By the connector's certificate, answered by the control plane: what it may reach.</summary>
    public const string Targets = "/connector/v1/targets";

    /// <summary>By the connector's certificate, answered by the gateway: a stream on which orders come.</summary>
    public const string Orders = "/connector/v1/orders";

    /// <summary>By the connector's certificate, answered by the gateway: the stream for the order whose id follows.</summary>
    public const string Streams = "/connector/v1/streams/";

    /// <summary>By a person's token, answered by the gateway: a tunnel to the application whose name follows.</summary>
    public const string Applications = "/tunnel/v1/applications/";

    /// <summary>In the query of <see cref="Applications"/>: which target, as HOST:PORT. An application with one needs none.</summary>
    public const string Target = "target";

    /// <summary>What a stream of frames is called.</summary>
    public const string ContentType = "application/vnd.doorward.tunnel";
}
