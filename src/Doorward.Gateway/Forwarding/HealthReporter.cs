using Doorward.Core.Protocol;
using Doorward.Gateway.Feed;
using Google.Protobuf.WellKnownTypes;

namespace Doorward.Gateway.Forwarding;

/// <summary>Tells the control plane how upstreams are: at the beginning of a stream, also that it knows of none, since what an earlier run said may stand there still; then whenever that changes.</summary>
internal sealed class HealthReporter(UpstreamPools pools, TimeProvider clock) : IReporter
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // More would not fit into one message; who has as many looks elsewhere.
    private const int Most = 10_000;

    public async Task ReportAsync(Uplink uplink, CancellationToken stream)
    {
        Dictionary<(string, string), State>? told = null;
        using var timer = new PeriodicTimer(Interval, clock);
        do
        {
            var now = Look(told ?? []);
            if (told is not null && now.Count == told.Count && now.All(state => told.TryGetValue(state.Key, out var before) && before == state.Value)) continue;
            told = now;
            var report = new UpstreamReport();
            report.Upstreams.AddRange(now.Select(static state => new UpstreamState
            {
                Application = state.Key.Application,
                Upstream = state.Key.Upstream,
                Well = state.Value.Well,
                Since = state.Value.Since.ToTimestamp(),
            }));
            await uplink.SendAsync(new GatewayMessage { Upstreams = report }, stream);
        }
        while (await timer.WaitForNextTickAsync(stream));
    }

    public bool Take(ControlMessage message) => false;

    private Dictionary<(string Application, string Upstream), State> Look(Dictionary<(string, string), State> told)
    {
        var now = clock.GetUtcNow();
        var seen = new Dictionary<(string Application, string Upstream), State>();
        foreach (var (application, upstream, well) in pools.Seen().Take(Most))
            seen[(application, upstream)] = told.TryGetValue((application, upstream), out var before) && before.Well == well ? before : new State(well, now);
        return seen;
    }

    private readonly record struct State(bool Well, DateTimeOffset Since);
}
