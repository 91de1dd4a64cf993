using System.Collections.Concurrent;
using System.Net;
using Doorward.Control.Feeds;
using Doorward.Control.Storage;
using Doorward.Core.Protocol;
using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;

namespace Doorward.Control.Devices.Proofs;

/// <summary>
/// Tells gateways which devices just signed something, and where: beside the log, once a second for all, and only of devices that sessions
/// are bound to. It is kept nowhere: who is not told goes without, and a session is bound again with the next report.
/// </summary>
internal sealed class DeviceContacts(IDbContextFactory<DoorwardDb> databases, ConnectedGateways gateways, TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private readonly ConcurrentDictionary<string, bool> _bound = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DeviceFresh> _news = new(StringComparer.Ordinal);

    /// <summary>A device signed something. Who just bound a session is told of at once: its person waits.</summary>
    public void Note(string device, IPAddress? address, bool isBinding = false)
    {
        if (isBinding) _bound[device] = true;
        if (address is null || !_bound.ContainsKey(device)) return;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        _news[device] = new DeviceFresh { DeviceId = device, At = time.GetUtcNow().ToTimestamp(), Address = plain.ToString() };
        if (isBinding) Tell();
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        foreach (var device in await db.Sessions.Where(static s => s.Ended == null && s.DeviceId != null).Select(static s => s.DeviceId!).Distinct().ToListAsync(cancellationToken))
            _bound[device] = true;
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken)) Tell();
    }

    private void Tell()
    {
        var freshness = new Freshness();
        foreach (var (device, _) in _news)
        {
            if (_news.TryRemove(device, out var fresh)) freshness.Devices.Add(fresh);
        }

        if (freshness.Devices.Count > 0) gateways.Send(() => new ControlMessage { Freshness = freshness });
    }
}
