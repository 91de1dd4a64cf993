using System.Net;
using Doorward.Control.Audit;
using Doorward.Control.Feeds;
using Doorward.Core.Protocol;

namespace Doorward.Control.Devices;

/// <summary>
/// Puts on record where a certificate was shown without its key, as gateways tell: a copy of a device's.
/// </summary>
internal sealed class KeylessRecords(AuditLog audit, TimeProvider time)
{
    public const string Action = "certificate-without-key";
    private const int LongestText = 64;
    private readonly PlaceCounts _places = new();

    public async Task TakeAsync(string gateway, KeylessClients keyless)
    {
        foreach (var client in keyless.Clients.Where(static client => client.Times > 0))
        {
            var (address, untold) = _places.Add(IPAddress.TryParse(client.Address, out var known) ? known : null, time.GetUtcNow(), client.Times);
            if (untold is { } before) await audit.AppendOrOweAsync(RecordOf(gateway, client, address, before));
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
}
