using System.Collections.Immutable;

namespace Doorward.Core.Devices.Reports;

/// <summary>Where a page of the sign-in host finds the agent of its own machine, and how it asks.</summary>
public static class AgentAsk
{
    public const string Path = "/session-proof";

    /// <summary>
    /// On 127.0.0.1, below the ports that systems give out by themselves. An agent takes the first that is free, so that those of two
    /// installations stand beside each other. A page may connect to these and no others; [::1] cannot be named in a content security policy.
    /// </summary>
    public static ImmutableArray<int> Ports { get; } = [24873, 24874, 24875, 24876, 24877];
}

/// <summary>What a page may ask: that the device signs for this session, by this challenge, at the page's own origin.</summary>
public sealed record ProofRequest
{
    public required string Session { get; init; }
    public required string Challenge { get; init; }
}
