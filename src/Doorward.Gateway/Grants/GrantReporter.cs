using Doorward.Core.Protocol;
using Doorward.Gateway.Feed;
using Google.Protobuf.WellKnownTypes;

namespace Doorward.Gateway.Grants;

/// <summary>Tells the control plane each second what changed: live grants, their connections and bytes, last use, cuts.</summary>
internal sealed class GrantReporter(GrantTable grants, CutLog cuts, TimeProvider clock) : IReporter
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public async Task ReportAsync(Uplink uplink, CancellationToken stream)
    {
        var told = new Dictionary<string, Figures>(StringComparer.Ordinal);
        var uses = new Dictionary<string, long>(StringComparer.Ordinal);
        var complete = true;
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            var live = grants.All.ToList();
            var report = Report(live, told, complete);
            if (complete || report.Grants.Count > 0 || report.Ended.Count > 0)
                await uplink.SendAsync(new GatewayMessage { Grants = report }, stream);
            if (Uses(live, uses) is { Uses.Count: > 0 } lastUse)
                await uplink.SendAsync(new GatewayMessage { LastUse = lastUse }, stream);
            while (cuts.Drain() is { } drained)
                await uplink.SendAsync(new GatewayMessage { Cuts = drained }, stream);
            complete = false;
        }
        while (await timer.WaitForNextTickAsync(stream));
    }

    public bool Take(ControlMessage message) => false;

    private static GrantReport Report(List<Grant> live, Dictionary<string, Figures> told, bool complete)
    {
        var report = new GrantReport { Complete = complete };
        var gone = told.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var grant in live)
        {
            gone.Remove(grant.Id.Value);
            var state = Describe(grant);
            var figures = new Figures(state.Requests, state.BytesIn, state.BytesOut, state.Connections.Count);
            if (told.TryGetValue(state.Id, out var before) && before == figures)
                continue;
            told[state.Id] = figures;
            report.Grants.Add(state);
        }

        foreach (var id in gone)
            told.Remove(id);
        report.Ended.AddRange(gone);
        return report;
    }

    private static LastUse Uses(List<Grant> live, Dictionary<string, long> told)
    {
        var uses = new LastUse();
        foreach (var session in live.Select(grant => grant.Session).OfType<LiveSession>().Distinct())
        {
            if (told.GetValueOrDefault(session.Id) == session.LastUse)
                continue;
            told[session.Id] = session.LastUse;
            uses.Uses.Add(new SessionUse
            {
                SessionId = session.Id,
                At = new DateTimeOffset(session.LastUse, TimeSpan.Zero).ToTimestamp(),
                Address = session.LastAddress?.ToString() ?? "",
            });
        }

        return uses;
    }

    private static GrantState Describe(Grant grant)
    {
        var (bytesIn, bytesOut) = grant.EndedBytes;
        var state = new GrantState
        {
            Id = grant.Id.Value,
            SessionId = grant.Session?.Id ?? "",
            SubjectId = grant.Session?.SubjectId ?? "",
            Application = grant.Application,
            Opened = grant.Opened.ToTimestamp(),
            LastUse = grant.LastUse.ToTimestamp(),
            Revision = grant.Revision,
            Requests = grant.Requests,
            Address = grant.Facts.Address.ToString(),
        };
        foreach (var connection in grant.Connections())
        {
            bytesIn += connection.Live.BytesIn;
            bytesOut += connection.Live.BytesOut;
            state.Connections.Add(Describe(connection));
        }

        state.BytesIn = bytesIn;
        state.BytesOut = bytesOut;
        return state;
    }

    private static ConnectionState Describe(HeldConnection connection) => new()
    {
        Id = connection.Live.Id.Value,
        Kind = connection.Live.Kind.ToString(),
        Method = connection.Facts.Http?.Method ?? "TUNNEL",
        Path = connection.Facts.Tunnel is { Evidence: var target } ? $"{target.Host}:{target.Port}" : connection.Facts.Http?.Path ?? "",
        Address = connection.Facts.Address.ToString(),
        Opened = connection.Live.Opened.ToTimestamp(),
        BytesIn = connection.Live.BytesIn,
        BytesOut = connection.Live.BytesOut,
    };

    private readonly record struct Figures(long Requests, long BytesIn, long BytesOut, int Connections);
}
