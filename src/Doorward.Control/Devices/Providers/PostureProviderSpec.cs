using Doorward.Core.Devices.Posture;

namespace Doorward.Control.Devices.Providers;

/// <summary>The specification of a PostureProvider.</summary>
internal sealed record PostureProviderSpec
{
    public static readonly TimeSpan UsualMaxAge = TimeSpan.FromHours(1);

    /// <summary>Which fact it confirms.</summary>
    public string Fact { get; init; } = FactNames.EndpointDetection;

    /// <summary>The worst health that passes.</summary>
    public PassingHealth Passes { get; init; }

    /// <summary>How old what the product heard of a machine may be.</summary>
    public TimeSpan MaxAge { get; init; } = UsualMaxAge;

    /// <summary>A mapping that is shipped, by name; or the operator's own.</summary>
    public string? Product { get; init; }
    public RecordMapping? Mapping { get; init; }
    public RecordMatch? Match { get; init; }
    public ProviderPoll? Poll { get; init; }
    public string? WebhookSecretSealed { get; init; }

    public bool IsEnough(ProviderHealth health) => health == ProviderHealth.Green || (health == ProviderHealth.Yellow && Passes == PassingHealth.Yellow);

    public RecordMapping Reading() => Mapping ?? RecordMapping.Shipped[Product ?? ""];

    public RecordMatch Matching() => Match ?? new RecordMatch(Reading().HostName ?? "", null);
}

internal enum PassingHealth { Green, Yellow }

/// <summary>Where a provider is asked, and how often.</summary>
internal sealed record ProviderPoll
{
    public static readonly TimeSpan UsualInterval = TimeSpan.FromMinutes(5);

    public required Uri Url { get; init; }
    public TimeSpan Interval { get; init; } = UsualInterval;
    public string? BearerSealed { get; init; }
    public string? CaPem { get; init; }
    public bool AllowSpecialAddresses { get; init; }
}
