using System.Net;
using Doorward.Control.Audit;
using Doorward.Control.Feeds;
using Doorward.Control.Identity.SignIns;
using Doorward.Core.Protocol;

namespace Doorward.Control.Devices;

/// <summary>
/// Puts on record where a certificate was shown without its key, as gateways tell: a copy of a device's. The first of a place, then once an
/// hour with how many; so many places an hour, the rest under no address. Whoever tries for ever, from everywhere, does not fill the log.
/// </summary>
internal sealed class KeylessRecords(AuditLog audit, TimeProvider time)
{
    public const string Action = "certificate-without-key";
    public const int MostPlaces = 64;
    private const int LongestText = 64;
    private readonly Dictionary<string, HourlyCount> _places = new(StringComparer.Ordinal);

    public async Task TakeAsync(string gateway, KeylessClients keyless)
    {
        foreach (var client in keyless.Clients.Where(static client => client.Times > 0))
        {
            var address = IPAddress.TryParse(client.Address, out var known) ? known : null;
            if (Count(ref address, client.Times) is { } untold) await audit.AppendOrOweAsync(RecordOf(gateway, client, address, untold));
        }
    }

    private static AuditRecord RecordOf(string gateway, KeylessClient client, IPAddress? address, long untold) => new()
    {
        Kind = AuditKind.Signal,
        Actor = gateway,
        Action = Action,
        Target = "agent",
        Outcome = "refused",
        Time = ReportedText.Moment(client.At),
        Details = new Dictionary<string, AuditValue>
        {
            ["address"] = AuditValue.Personal(address?.ToString()),
            ["client"] = address is not null && ReportedText.IsFit(client.Client, LongestText) ? client.Client : null,
            ["times"] = client.Times,
            ["before"] = untold,
        },
    };

    private long? Count(ref IPAddress? address, long times)
    {
        var now = time.GetUtcNow();
        lock (_places)
        {
            var line = address is null ? "" : new AttemptSource(address).Line;
            if (_places.TryGetValue(line, out var known)) return known.Add(now, times);
            if (_places.Count >= MostPlaces)
            {
                foreach (var (over, count) in _places)
                {
                    if (count.IsOver(now)) _places.Remove(over);
                }
            }

            if (_places.Count >= MostPlaces) (line, address) = ("", null);
            if (!_places.TryGetValue(line, out var counted)) _places.Add(line, counted = new HourlyCount());
            return counted.Add(now, times);
        }
    }
}
