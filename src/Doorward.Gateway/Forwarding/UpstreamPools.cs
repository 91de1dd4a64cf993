using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Doorward.Core.Applications;
using Doorward.Core.Upstreams;
using Doorward.Gateway.Routing;
using Microsoft.Extensions.Logging;

namespace Doorward.Gateway.Forwarding;

/// <summary>
/// Every application's upstreams. Follows the route table: a pool lives as long as its definition says the same, so that an unrelated
/// change costs no connection and forgets no health.
/// </summary>
internal sealed partial class UpstreamPools(UpstreamReach reach, TimeProvider time, ILogger<UpstreamPools> logger) : IDisposable
{
    // A request may have read the old table a moment before it was replaced.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private volatile FrozenDictionary<string, Entry> _pools = FrozenDictionary<string, Entry>.Empty;
    private volatile UpstreamPool? _controlPlane;

    /// <summary>The pool of a route, or null when it has none. The product's own hosts are served by the control plane.</summary>
    public UpstreamPool? Find(Route route) => route.IsServedByControlPlane
        ? _controlPlane
        : _pools.TryGetValue(route.Name, out var entry) ? entry.Pool : null;

    /// <summary>Every upstream whose state is known, as a name of its application and its address.</summary>
    public IEnumerable<(string Application, string Upstream, bool Well)> Seen() =>
        _pools.SelectMany(static entry => entry.Value.Pool.Upstreams.Where(static upstream => upstream.Seen is not null)
            .Select(upstream => (entry.Key, upstream.Prefix, upstream.Seen == true)));

    /// <summary>Says where <c>auth.</c>, <c>console.</c> and <c>agent.</c> are served. The invoker checks the other end's SPIFFE id, not its name.</summary>
    public void ServeOwnHostsFrom(Uri controlPlane, HttpMessageInvoker invoker)
    {
        // HTTP/2, because strangers ask here: a flood of requests must not become a flood of TLS connections.
        var definition = new ApplicationDefinition { Name = SystemApplications.AuthLabel, Protocol = UpstreamProtocol.Http2 };
        var previous = Interlocked.Exchange(ref _controlPlane, new UpstreamPool(definition, [new Upstream(controlPlane, invoker, time)], time));
        if (previous is not null) DisposeLater([previous]);
    }

    public void Replace(RouteTable table)
    {
        lock (_gate)
        {
            var previous = _pools;
            var next = new Dictionary<string, Entry>(StringComparer.Ordinal);
            foreach (var route in table.Routes.Where(route => route.Kind == RouteKind.Application))
            {
                var json = JsonSerializer.Serialize(route.Definition, ApplicationJson.Default.ApplicationDefinition);
                next[route.Name] = previous.TryGetValue(route.Name, out var entry) && entry.Json == json ? entry : Create(route.Definition, json);
            }

            _pools = next.ToFrozenDictionary(StringComparer.Ordinal);
            DisposeLater([.. previous.Values.Except(next.Values).Select(entry => entry.Pool)]);
        }
    }

    public void Dispose()
    {
        foreach (var entry in _pools.Values) entry.Pool.Dispose();
        _controlPlane?.Dispose();
    }

    private Entry Create(ApplicationDefinition definition, string json)
    {
        var (pool, problems) = UpstreamPool.Create(definition, reach, time);
        foreach (var problem in problems) LogProblem(problem);
        return new Entry(json, pool);
    }

    private void DisposeLater(ImmutableArray<UpstreamPool> pools)
    {
        if (pools.IsEmpty) return;
        _ = Task.Delay(s_grace, time).ContinueWith(
            _ => { foreach (var pool in pools) pool.Dispose(); }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "An upstream is not used: {Problem}")]
    private partial void LogProblem(string problem);

    private sealed class Entry(string json, UpstreamPool pool)
    {
        public string Json => json;

        public UpstreamPool Pool => pool;
    }
}
