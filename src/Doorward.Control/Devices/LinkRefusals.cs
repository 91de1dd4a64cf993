using System.Collections.Concurrent;
using System.Net;
using Doorward.Control.Audit;

namespace Doorward.Control.Devices;

/// <summary>
/// Puts on record that somebody came with a link that is none: used before, too old, altered or guessed. Only the first of a place, and then
/// how many in an hour: anybody may ask.
/// </summary>
internal sealed class LinkRefusals(AuditLog audit, TimeProvider time)
{
    public const string Action = "link-refused";

    /// <summary>What links are for.</summary>
    public const string Device = "device.enrol", Connector = "connector.join";
    private readonly ConcurrentDictionary<string, PlaceCounts> _counts = new(StringComparer.Ordinal);

    /// <param name="purpose">One of those above.</param>
    /// <param name="from">Who came.</param>
    public async Task NoteAsync(string purpose, IPAddress? from)
    {
        var (address, untold) = _counts.GetOrAdd(purpose, static _ => new PlaceCounts()).Add(from, time.GetUtcNow());
        if (untold is not { } before) return;
        await audit.AppendOrOweAsync(new AuditRecord
        {
            Kind = AuditKind.Signal,
            Actor = "unknown",
            Action = Action,
            Target = purpose,
            Outcome = "refused",
            Details = new Dictionary<string, AuditValue> { ["address"] = AuditValue.Personal(address?.ToString()), ["before"] = before },
        });
    }
}
