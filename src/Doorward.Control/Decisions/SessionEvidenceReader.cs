using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Doorward.Control.Api;
using Doorward.Control.Resources;
using Doorward.Control.Resources.Specs;
using Doorward.Control.Storage;
using Doorward.Core.Evidences;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Decisions;

/// <summary>What would be known of a session were it used now from where it was used last: facts with their sources and ages.</summary>
internal sealed class SessionEvidenceReader(TimeProvider time)
{
    public async Task<IReadOnlyList<ExplainedFact>> ReadAsync(DoorwardDb db, Session session, User user, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var zone = TimeEvidence.ZoneOf(user.TimeZone, await db.Settings.Select(static settings => settings.TimeZone).SingleAsync(ct));
        var nesting = await ApiAccess.ReadNestingAsync(db, ct);
        var evidence = new Evidence
        {
            Subject = new SubjectEvidence(user.Kind, user.UserName!, nesting.GroupsOf(user.UserName!), user.Email),
            Session = new SessionEvidence
            {
                Assurance = session.Assurance,
                Methods = [.. session.Methods],
                Authenticated = session.Authenticated,
                Expires = session.Expires,
                IdentityProvider = session.IdentityProvider,
            },
            Network = IPAddress.TryParse(session.LastAddress ?? session.Address, out var address) ? new NetworkEvidence(address, await NamesAsync(db, address, ct)) : null,
            Time = TimeEvidence.At(now, zone),
        };
        var unused = DurationText.FormatAge(now - session.LastUse);
        return [.. EvidenceFacts.Of(evidence).Select(fact => fact.Source switch
        {
            EvidenceFacts.ConnectionSource => fact with { Source = "last request", Age = unused },
            EvidenceFacts.ClockSource => fact with { Source = "control plane clock" },
            _ => fact,
        })];
    }

    /// <summary>The named networks that hold an address.</summary>
    internal static async Task<ImmutableArray<string>> NamesAsync(DoorwardDb db, IPAddress address, CancellationToken ct)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var networks = await db.Resources.AsNoTracking().Where(static d => d.Kind == ResourceKinds.Network).ToListAsync(ct);
        return
        [
            .. networks.Where(network => JsonSerializer.Deserialize<NetworkSpec>(network.Json, JsonSerializerOptions.Web)!.Ranges
                .Any(range => IPNetwork.TryParse(range, out var parsed) && parsed.Contains(plain))).Select(static network => network.Name).Order(StringComparer.Ordinal),
        ];
    }
}
