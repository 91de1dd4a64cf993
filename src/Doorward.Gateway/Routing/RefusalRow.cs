namespace Doorward.Gateway.Routing;

/// <summary>Where a refusal is decided.</summary>
internal enum RefusalStage
{
    /// <summary>By Kestrel's parser, under <see cref="Connections.GatewayLimits"/>; the request never reaches the pipeline.</summary>
    Server,

    /// <summary>Before the host is looked up.</summary>
    Request,

    /// <summary>Once the application is known.</summary>
    Route,
}

/// <summary>
/// One thing that the gateway never lets through (design section 9). <paramref name="Id"/> is stable: it stands in the answer,
/// in counters and in docs/reference/gateway-refusals.md. <paramref name="What"/> completes "The request was refused because ...".
/// </summary>
internal sealed record RefusalRow(string Id, RefusalStage Stage, int Status, string What, string Source, Func<CanonicalRequest, bool>? Refuses = null)
{
    /// <summary>Whether the bytes that follow on the connection can no longer be trusted to start a request.</summary>
    public bool EndsConnection { get; init; }

    /// <summary>Whether it came under no name of ours, rather than wrongly under one.</summary>
    public bool IsNoDoor { get; init; }
}
