using System.Collections.Frozen;
using System.Collections.Immutable;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Evidences;
using Doorward.Core.Protocol;

namespace Doorward.Gateway.Feed;

/// <summary>One device at one moment: immutable, replaced whole, so that its identity is the evidence's version.</summary>
internal sealed class DeviceView
{
    private DeviceView(DeviceState state)
    {
        Id = state.Id;
        IsGone = state.Standing is not ("active" or "held");
        var evidence = new DeviceEvidence(Id, Managed: state.Standing == "active", Seen: true, Bound: false, Compliant: state.Standing == "active" && state.Compliant && !state.Stale)
        {
            KeyAssurance = state.KeyAssurance,
            Platform = state.Platform,
            Facts = state.Stale || state.Standing != "active" ? [] : FactTable.Of(state.Facts),
            Reasons = [.. state.Reasons],
            Reported = state.Reported?.ToDateTimeOffset(),
        };
        Evidence = evidence;
    }

    public string Id { get; }

    /// <summary>Retired, or of a standing that nobody knows here.</summary>
    public bool IsGone { get; }

    /// <summary>Without what depends on the connection and the clock.</summary>
    public DeviceEvidence Evidence { get; }

    public static DeviceView Of(DeviceState state) => new(state);

    /// <summary>Each fact that there can be, once for all devices.</summary>
    private static class FactTable
    {
        private const int Strongest = 4;
        private static readonly FrozenDictionary<(string, bool, int), FactEvidence> s_all = FactNames.All
            .SelectMany(static fact => Enumerable.Range(1, Strongest).SelectMany(strength => new[] { true, false }.Select(pass => new FactEvidence(fact.Name, pass, strength))))
            .ToFrozenDictionary(static fact => (fact.Name, fact.Pass, fact.Provenance));

        // One that is not in the vocabulary is one that no policy can read.
        public static ImmutableArray<FactEvidence> Of(IEnumerable<DeviceFact> facts) =>
            [.. facts.Select(Of).OfType<FactEvidence>().OrderBy(static fact => fact.Name, StringComparer.Ordinal)];

        private static FactEvidence? Of(DeviceFact fact) => s_all.GetValueOrDefault((fact.Name, fact.Pass, fact.Provenance)) is { } shared && fact.At is { } at
            ? shared with { At = at.ToDateTimeOffset() }
            : s_all.GetValueOrDefault((fact.Name, fact.Pass, fact.Provenance));
    }
}
