using System.Collections.Immutable;
using System.Text.Json;
using Doorward.Control.Devices.Providers;
using Doorward.Control.Storage;
using Doorward.Core.Devices.Posture;

namespace Doorward.Control.Devices.Reports;

/// <summary>One fact of a device as it is kept. Since: when it became what it is. At: when it was read, if that is not the time of the last report.</summary>
internal sealed record StoredFact(string Name, FactState State, string Evidence, string Source, Provenance Provenance, DateTimeOffset Since, DateTimeOffset? At = null);

/// <summary>All that a device has reported, by name. What it never spoke of is unknown.</summary>
internal sealed record StoredPosture(ImmutableSortedDictionary<string, StoredFact> Facts)
{
    public static readonly StoredPosture Empty = new(ImmutableSortedDictionary.Create<string, StoredFact>(StringComparer.Ordinal));

    public bool IsEmpty => Facts.IsEmpty;

    public static StoredPosture Parse(string json) => json.Length == 0
        ? Empty
        : new StoredPosture((JsonSerializer.Deserialize<StoredFact[]>(json, JsonSerializerOptions.Web) ?? [])
            .ToImmutableSortedDictionary(static fact => fact.Name, static fact => fact, StringComparer.Ordinal));

    /// <summary>What counts of a device: what it reported, and what providers confirm in its place.</summary>
    public static StoredPosture Of(Device device) => Confirmations.Parse(device.Confirmations).Over(Parse(device.Posture));

    public string ToJson() => IsEmpty ? "" : JsonSerializer.Serialize(Facts.Values, JsonSerializerOptions.Web);

    /// <summary>As the verifier of reports knows it.</summary>
    public DevicePosture ToPosture(ulong sequence, DateTimeOffset at) => new()
    {
        Sequence = sequence,
        At = at,
        Facts = Facts.Values.ToImmutableDictionary(static fact => fact.Name, static fact => new PostureFact(fact.Name, fact.State, fact.Evidence, fact.Source, fact.At)),
    };

    /// <summary>Whether it says the same, evidence and all.</summary>
    public bool IsSame(StoredPosture other) => Facts.Count == other.Facts.Count && Facts.Values.SequenceEqual(other.Facts.Values);

    /// <summary>What it is after a report, and which facts turned.</summary>
    public (StoredPosture Posture, IReadOnlyList<StoredFact> Changed) With(DevicePosture reported)
    {
        var facts = Empty.Facts.ToBuilder();
        var changed = new List<StoredFact>();
        foreach (var fact in reported.Facts.Values)
        {
            var stored = new StoredFact(fact.Name, fact.State, fact.Evidence, fact.Source, ProvenanceOf(fact.Name), reported.At, fact.Read);
            if (Facts.TryGetValue(fact.Name, out var before) && before.State == stored.State) stored = stored with { Since = before.Since };
            else changed.Add(stored);
            facts[fact.Name] = stored;
        }

        // What a whole report leaves out is unknown from now on.
        changed.AddRange(Facts.Values.Where(before => !facts.ContainsKey(before.Name) && before.State != FactState.Unknown)
            .Select(before => before with { State = FactState.Unknown, Evidence = "", Since = reported.At }));
        return (new StoredPosture(facts.ToImmutable()), changed);
    }

    // A process of the right name is what anybody can start; the rest the agent reads where only the system writes.
    private static Provenance ProvenanceOf(string fact) =>
        fact is FactNames.Antivirus or FactNames.EndpointDetection ? Provenance.Claimed : Provenance.AgentSigned;
}
