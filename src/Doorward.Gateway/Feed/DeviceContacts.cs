using System.Collections.Concurrent;
using System.Net;
using Doorward.Core.Protocol;
using Doorward.Gateway.Enforcement;

namespace Doorward.Gateway.Feed;

/// <summary>
/// When devices last signed something with their keys, and where from: what keeps sessions bound. Comes beside the log, the latest wins;
/// what was not heard for a minute binds nothing, so that nothing needs to be taken back.
/// </summary>
internal sealed class DeviceContacts(StateCell cell, TimeProvider clock) : IReporter
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_skew = TimeSpan.FromSeconds(5);
    private readonly ConcurrentDictionary<string, DeviceContact> _latest = new(StringComparer.Ordinal);

    public DeviceContact? Of(string device) => _latest.GetValueOrDefault(device);

    /// <summary>Whether the session's device proved its key lately, and vouches for this request. A clock that was set back binds nothing.</summary>
    public bool IsBound(SessionView view, RequestFacts request) =>
        view.Binding is { } binding && Of(binding.Device) is { } contact && binding.Covers(request, contact.Address)
        && clock.GetUtcNow() - contact.At is { } age && age <= Lifetime && age >= -s_skew;

    public Task ReportAsync(Uplink uplink, CancellationToken life) => Task.Delay(Timeout.InfiniteTimeSpan, clock, life);

    public bool Take(ControlMessage message)
    {
        if (message.KindCase != ControlMessage.KindOneofCase.Freshness) return false;
        var devices = cell.Current.Devices;
        foreach (var fresh in message.Freshness.Devices)
        {
            if (devices.ContainsKey(fresh.DeviceId) && IPAddress.TryParse(fresh.Address, out var address)) Note(fresh.DeviceId, new DeviceContact(fresh.At.ToDateTimeOffset(), address));
        }

        foreach (var (device, _) in _latest)
        {
            if (!devices.ContainsKey(device)) _latest.TryRemove(device, out _);
        }

        return true;
    }

    private void Note(string device, DeviceContact contact) =>
        _latest.AddOrUpdate(device, static (_, next) => next, static (_, before, next) => next.At >= before.At ? next : before, contact);
}

internal sealed record DeviceContact(DateTimeOffset At, IPAddress Address);
