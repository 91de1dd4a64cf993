using System.Collections.Immutable;
using System.Text.Json;
using Doorward.Control.Devices.Reports;
using Doorward.Core.Devices.Posture;

namespace Doorward.Control.Devices.Providers;

/// <summary>What one provider says of a device. Missing is a state of its own, which confirms nothing.</summary>
/// <param name="Provider">Its name.</param>
/// <param name="Fact">Which fact it speaks of.</param>
/// <param name="Health">How the machine does.</param>
/// <param name="Passes">Whether that is enough.</param>
/// <param name="Evidence">Which values say so, or why nothing does.</param>
/// <param name="Since">When it became what it is.</param>
/// <param name="Seen">When the product last heard of the machine; null when nothing is known.</param>
/// <param name="Until">When it is too old to count.</param>
internal sealed record Confirmation(string Provider, string Fact, ProviderHealth Health, bool Passes, string Evidence, DateTimeOffset Since, DateTimeOffset? Seen, DateTimeOffset? Until)
{
    /// <summary>Whether another says the same, whenever that was seen.</summary>
    public bool IsLike(Confirmation? other) => other is not null && this with { Since = other.Since, Seen = null, Until = null } == other with { Seen = null, Until = null };
}

/// <summary>All that providers say of a device, by provider.</summary>
internal sealed record Confirmations(ImmutableSortedDictionary<string, Confirmation> All)
{
    public static readonly Confirmations None = new(ImmutableSortedDictionary.Create<string, Confirmation>(StringComparer.Ordinal));

    /// <summary>When the first of them is too old; null when none will be.</summary>
    public DateTimeOffset? Due => All.Values.Where(static one => one.Health != ProviderHealth.Missing).Min(static one => one.Until);

    public static Confirmations Parse(string json) => json.Length == 0
        ? None
        : new Confirmations((JsonSerializer.Deserialize<Confirmation[]>(json, JsonSerializerOptions.Web) ?? [])
            .ToImmutableSortedDictionary(static one => one.Provider, static one => one, StringComparer.Ordinal));

    public string ToJson() => All.IsEmpty ? "" : JsonSerializer.Serialize(All.Values, JsonSerializerOptions.Web);

    public Confirmations With(Confirmation confirmation) => new(All.SetItem(confirmation.Provider, confirmation));

    /// <summary>What of it counts now: of providers that there are still, as those judge, and not too old.</summary>
    public Confirmations At(DateTimeOffset now, IReadOnlyDictionary<string, PostureProviderSpec> providers) => All.IsEmpty ? this : new(All
        .Where(one => providers.ContainsKey(one.Key))
        .ToImmutableSortedDictionary(static one => one.Key, one => Judged(one.Value, providers[one.Key], now), StringComparer.Ordinal));

    /// <summary>The posture with what is confirmed in place of what the machine says of itself; of several providers the worst.</summary>
    public StoredPosture Over(StoredPosture posture)
    {
        var facts = posture.Facts;
        foreach (var group in All.Values.Where(static one => one.Health != ProviderHealth.Missing).GroupBy(static one => one.Fact, StringComparer.Ordinal))
        {
            var worst = group.OrderBy(static one => one.Passes).ThenBy(static one => one.Health).First();
            facts = facts.SetItem(group.Key, new StoredFact(
                group.Key, worst.Passes ? FactState.Pass : FactState.Fail, $"{worst.Provider}: {worst.Evidence}", "provider", Provenance.VendorConfirmed, worst.Since, worst.Seen));
        }

        return posture with { Facts = facts };
    }

    private static Confirmation Judged(Confirmation one, PostureProviderSpec provider, DateTimeOffset now) => one.Health != ProviderHealth.Missing && one.Until <= now
        ? one with { Fact = provider.Fact, Health = ProviderHealth.Missing, Passes = false, Since = now, Evidence = "the provider has not heard of it for too long" }
        : one with { Fact = provider.Fact, Passes = provider.IsEnough(one.Health) };
}
