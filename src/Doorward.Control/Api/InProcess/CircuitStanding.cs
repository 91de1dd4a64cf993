using Doorward.Control.Storage;
using Doorward.Core.Applications;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Api.InProcess;

/// <summary>
/// Whether the cookie that a circuit of the console came by is still the one of its session. A session has one at a host; a confirmation
/// or step-up ends it, and the browser gets the next. A circuit outlives both, and its connection: whoever opened one by a copy must not
/// gain by what the session's person just proved.
/// </summary>
public sealed class CircuitStanding
{
    private const string None = "none";
    private const int MarkBytes = 12;
    private readonly IDbContextFactory<DoorwardDb> _databases;

    internal CircuitStanding(IDbContextFactory<DoorwardDb> databases) => _databases = databases;

    /// <summary>The circuit that a session opens by a request of now: the gateway has just looked at its cookie.</summary>
    public async Task<ActingSession> OpenAsync(ActingSession session, CancellationToken ct) =>
        session with { Cookie = (await CookiesAsync([session.Id], ct)).GetValueOrDefault(session.Id, None) };

    /// <summary>Those whose cookie was replaced or ended since. Requests are never among them.</summary>
    public async Task<IReadOnlyList<ActingSession>> OverAmongAsync(IReadOnlyCollection<ActingSession> circuits, CancellationToken ct)
    {
        var asked = circuits.Where(static circuit => circuit.Cookie is not null).ToList();
        if (asked.Count == 0) return [];
        var cookies = await CookiesAsync([.. asked.Select(static circuit => circuit.Id).Distinct()], ct);
        return [.. asked.Where(circuit => cookies.GetValueOrDefault(circuit.Id) != circuit.Cookie)];
    }

    internal async Task<bool> IsOverAsync(ActingSession circuit, CancellationToken ct) => (await OverAmongAsync([circuit], ct)).Count > 0;

    private async Task<Dictionary<string, string>> CookiesAsync(List<string> sessions, CancellationToken ct)
    {
        await using var db = await _databases.CreateDbContextAsync(ct);
        var handles = await db.Handles.AsNoTracking()
            .Where(handle => sessions.Contains(handle.SessionId) && db.Settings.Any(settings => handle.Host == SystemApplications.ConsoleLabel + "." + settings.Domain))
            .Select(static handle => new { handle.SessionId, handle.Hash }).ToListAsync(ct);
        return handles.ToDictionary(static handle => handle.SessionId, static handle => Convert.ToHexStringLower(handle.Hash.AsSpan(0, MarkBytes)), StringComparer.Ordinal);
    }
}
