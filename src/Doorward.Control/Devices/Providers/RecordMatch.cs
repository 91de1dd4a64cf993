using System.Collections.Immutable;

namespace Doorward.Control.Devices.Providers;

/// <summary>
/// What a record and its device have in common: the machine's name, or a value that an administrator gave the device as a label. Two of either
/// with the same value are nobody's: whoever may name a machine must not borrow another's health.
/// </summary>
/// <param name="At">In the record.</param>
/// <param name="Label">Of the device; null for its host name.</param>
internal sealed record RecordMatch(string At, string? Label)
{
    public string KeyOf(string? value) => value is null ? "" : Label is null ? Short(value) : value.Trim().ToUpperInvariant();

    public string KeyOf(KnownDevice device) => KeyOf(Label is null ? device.HostName : device.Labels.GetValueOrDefault(Label));

    /// <summary>Each device with its one record, or with none and why.</summary>
    public ImmutableArray<Matched> Pair(IReadOnlyList<ProviderRecord> records, IReadOnlyList<KnownDevice> devices)
    {
        var byKey = records.ToLookup(static record => record.Key, StringComparer.Ordinal);
        return
        [
            .. devices.GroupBy(KeyOf, StringComparer.Ordinal).SelectMany(group =>
            {
                var count = group.Key.Length == 0 ? 0 : byKey[group.Key].Count();
                var why = count switch
                {
                    0 => "the provider does not know it",
                    > 1 => "several of the provider's records are of that name",
                    _ => group.Skip(1).Any() ? "several devices are of that name" : null,
                };
                return group.Select(device => new Matched(device.Id, why is null ? byKey[group.Key].Single() : null, why, count > 0));
            }),
        ];
    }

    // Products know a machine by its full name or the first part of it.
    private static string Short(string name) => name.Trim().Split('.')[0].ToUpperInvariant();
}

/// <summary>What of a device a record is matched by.</summary>
internal sealed record KnownDevice(string Id, string HostName, IReadOnlyDictionary<string, string> Labels);

/// <param name="Device">Its id.</param>
/// <param name="Record">Its record; null when there is none, or more than one that could be.</param>
/// <param name="Why">Why there is none.</param>
/// <param name="IsNamed">Whether the answer speaks of its name at all.</param>
internal sealed record Matched(string Device, ProviderRecord? Record, string? Why, bool IsNamed);
