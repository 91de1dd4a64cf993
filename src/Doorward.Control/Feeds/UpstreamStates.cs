using System.Collections.Concurrent;
using Doorward.Core.Protocol;

namespace Doorward.Control.Feeds;

/// <summary>How upstreams are, as the gateways say that are connected now. What none of them asked is not known.</summary>
public sealed class UpstreamStates(ConnectedGateways gateways)
{
    private readonly ConcurrentDictionary<string, UpstreamReport> _reports = new(StringComparer.Ordinal);

    /// <summary>Of one application, or of all.</summary>
    public IReadOnlyList<UpstreamSeen> List(string? application)
    {
        var connected = gateways.List().Select(static gateway => gateway.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _reports.Keys.Where(name => !connected.Contains(name))) _reports.TryRemove(gone, out _);
        return
        [
            .. _reports.SelectMany(report => report.Value.Upstreams.Where(state => application is null || state.Application == application)
                .Select(state => new UpstreamSeen(state.Application, state.Upstream, report.Key, state.Well, state.Since?.ToDateTimeOffset() ?? default)))
                .OrderBy(static seen => seen.Application, StringComparer.Ordinal).ThenBy(static seen => seen.Upstream, StringComparer.Ordinal).ThenBy(static seen => seen.Gateway, StringComparer.Ordinal),
        ];
    }

    internal void Report(string gateway, UpstreamReport report) => _reports[gateway] = report;
}

/// <param name="Since">Since when the gateway sees it so.</param>
public sealed record UpstreamSeen(string Application, string Upstream, string Gateway, bool Well, DateTimeOffset Since);
