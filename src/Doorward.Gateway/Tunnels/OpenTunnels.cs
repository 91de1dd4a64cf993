using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;

namespace Doorward.Gateway.Tunnels;

/// <summary>All tunnels that are open; looked at every second for those that are idle, or open too long.</summary>
internal sealed class OpenTunnels(TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<OpenTunnel, byte> _open = new();

    public IDisposable Add(OpenTunnel tunnel)
    {
        _open[tunnel] = 0;
        return new Place(_open, tunnel);
    }

    public void Look()
    {
        foreach (var (tunnel, _) in _open) tunnel.Look();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken)) Look();
    }

    private sealed class Place(ConcurrentDictionary<OpenTunnel, byte> open, OpenTunnel tunnel) : IDisposable
    {
        public void Dispose() => open.TryRemove(tunnel, out _);
    }
}
