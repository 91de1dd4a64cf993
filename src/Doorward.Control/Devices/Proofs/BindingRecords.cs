using System.Collections.Concurrent;
using Doorward.Control.Audit;
using Doorward.Control.Feeds;
using Doorward.Control.Storage;
using Doorward.Core.Protocol;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Devices.Proofs;

/// <summary>
/// Puts on record for what browser a device signed, and when a session that one signed for is used elsewhere. Gateways tell each place of a
/// session once; it is written once for all of them, and so many of one session at most.
/// </summary>
internal sealed class BindingRecords(IDbContextFactory<DoorwardDb> databases, AuditLog audit)
{
    private const int MostSessions = 10_000;
    private const int MostPlaces = 16;
    private const int LongestText = 64;
    private readonly ConcurrentDictionary<string, ConcurrentDictionary<(string Address, string Client), bool>> _seen = new(StringComparer.Ordinal);

    public Task BoundAsync(string device, string session, BrowserPlace browser) => WriteAsync(new AuditRecord
    {
        Kind = AuditKind.Signal,
        Actor = device,
        Action = "session-bound",
        Target = session,
        Outcome = "bound",
        Details = new Dictionary<string, AuditValue> { ["address"] = AuditValue.Personal(browser.Address), ["client"] = browser.Client },
    });

    public async Task TakeAsync(string gateway, Strays strays, CancellationToken ct)
    {
        foreach (var stray in strays.Strays_.Where(static stray => IsFit(stray)).Where(IsNew))
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            var session = await db.Sessions.AsNoTracking().SingleOrDefaultAsync(s => s.Id == stray.SessionId && s.DeviceId != null, ct);
            if (session is not null) await WriteAsync(RecordOf(gateway, session, stray));
        }
    }

    private static AuditRecord RecordOf(string gateway, Session session, Stray stray) => new()
    {
        Kind = AuditKind.Signal,
        Actor = gateway,
        Action = "session-elsewhere",
        Target = session.Id,
        Outcome = "unbound",
        Time = ReportedText.Moment(stray.At),
        Details = new Dictionary<string, AuditValue>
        {
            ["device"] = session.DeviceId,
            ["subject"] = session.UserId,
            ["address"] = AuditValue.Personal(stray.Address),
            ["client"] = stray.Client,
            ["bound-address"] = AuditValue.Personal(session.BoundAddress),
            ["bound-client"] = session.BoundClient,
        },
    };

    private static bool IsFit(Stray stray) => ReportedText.IsFit(stray.SessionId, LongestText) && ReportedText.IsFit(stray.Address, LongestText) && stray.Client.Length <= LongestText;

    private bool IsNew(Stray stray)
    {
        if (_seen.Count >= MostSessions) _seen.Clear();
        var places = _seen.GetOrAdd(stray.SessionId, static _ => new());
        return places.Count < MostPlaces && places.TryAdd((stray.Address, stray.Client), true);
    }

    private async Task WriteAsync(AuditRecord record)
    {
        try
        {
            await audit.AppendAsync(record, CancellationToken.None);
        }
        catch (AuditUnavailableException)
        {
            audit.Owe(record);
        }
    }
}
