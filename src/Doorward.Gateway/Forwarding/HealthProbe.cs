using System.Collections.Immutable;
using Doorward.Core.Applications;

namespace Doorward.Gateway.Forwarding;

/// <summary>Asks the upstreams of one application at intervals whether they work. Two failures in a row take one out, one success puts it back.</summary>
internal sealed class HealthProbe : IDisposable
{
    private const int FailuresInARow = 2;

    private readonly CancellationTokenSource _stop = new();

    private HealthProbe()
    {
    }

    public static HealthProbe Start(ApplicationDefinition definition, HealthCheckDefinition check, ImmutableArray<Upstream> upstreams, TimeProvider time)
    {
        var probe = new HealthProbe();
        var host = definition.PreserveHost ? definition.Hosts.FirstOrDefault(host => !host.StartsWith('*')) : null;
        foreach (var upstream in upstreams) _ = RunAsync(definition, check, upstream, host, time, probe._stop.Token);
        return probe;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private static async Task RunAsync(
        ApplicationDefinition definition, HealthCheckDefinition check, Upstream upstream, string? host, TimeProvider time, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(check.Interval, time);
        var failures = 0;
        try
        {
            do
            {
                failures = await AskAsync(definition, check, upstream, host, time, stop) ? 0 : failures + 1;
                if (failures is 0 or >= FailuresInARow) upstream.Probed(failures == 0);
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException)
        {
            // The definition changed: another probe takes over.
        }
    }

    private static async Task<bool> AskAsync(
        ApplicationDefinition definition, HealthCheckDefinition check, Upstream upstream, string? host, TimeProvider time, CancellationToken stop)
    {
        using var timeout = new CancellationTokenSource(check.Timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, stop);
        using var request = new HttpRequestMessage(HttpMethod.Get, upstream.Prefix + check.Path)
        {
            Version = definition.Protocol == UpstreamProtocol.Http2 ? new Version(2, 0) : new Version(1, 1),
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Host = host;
        try
        {
            using var response = await upstream.Invoker.SendAsync(request, either.Token);
            return (int)response.StatusCode < 400;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
        {
            stop.ThrowIfCancellationRequested();
            return false;
        }
    }
}
