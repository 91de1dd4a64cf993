using System.Collections.Concurrent;
using Doorward.Core.Protocol;

namespace Doorward.Control.Feeds;

/// <summary>How upstreams are, as the gateways say that are connected now. What none of them asked is not known.</summary>
public sealed class UpstreamStates(ConnectedGateways gateways)
{
    // As many as a gateway tells of.
    private const int Most = 10_000;
    private const int LongestName = 128;
    private const int LongestAddress = 2048;
    private readonly ConcurrentDictionary<string, IReadOnlyList<UpstreamSeen>> _reports = new(StringComparer.Ordinal);

    /// <summary>Of one application, or of all.</summary>
    public IReadOnlyList<UpstreamSeen> List(string? application)
    {
        var connected = gateways.List().Select(static gateway => gateway.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var gone in _reports.Keys.Where(name => !connected.Contains(name))) _reports.TryRemove(gone, out _);
        return
        [
            .. _reports.Values.SelectMany(seen => seen.Where(state => application is null || state.Application == application))
                .OrderBy(static seen => seen.Application, StringComparer.Ordinal).ThenBy(static seen => seen.Upstream, StringComparer.Ordinal).ThenBy(static seen => seen.Gateway, StringComparer.Ordinal),
        ];
    }

    /// <summary>Takes what is fit of a report; the rest is as if it were not told.</summary>
    internal void Report(string gateway, UpstreamReport report) =>
        _reports[gateway] = [.. report.Upstreams.Take(Most).Select(one => Read(gateway, one)).OfType<UpstreamSeen>()];

    private static UpstreamSeen? Read(string gateway, UpstreamState state) =>
        ReportedText.IsFit(state.Application, LongestName) && ReportedText.IsFit(state.Upstream, LongestAddress) && ReportedText.Moment(state.Since) is { } since
            ? new UpstreamSeen(state.Application, state.Upstream, gateway, state.Well, since)
            : null;
}

/// <param name="Since">Since when the gateway sees it so.</param>
public sealed record UpstreamSeen(string Application, string Upstream, string Gateway, bool Well, DateTimeOffset Since);
