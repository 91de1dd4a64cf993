using System.Collections.Immutable;
using System.Net;
using Doorward.Core.Protocol;
using Doorward.Gateway.Feed;
using Doorward.Testing.ControlPlane;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Gateway.Tests.Feed;

public sealed class DeviceContactsTests
{
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private readonly StateCell _cell;
    private readonly DeviceContacts _contacts;

    public DeviceContactsTests()
    {
        _cell = new StateCell(_time);
        _contacts = new DeviceContacts(_cell, _time);
        _cell.Publish(GatewayState.Empty with
        {
            Devices = ImmutableDictionary<string, DeviceView>.Empty.Add("dev_1", DeviceView.Of(Scenario.Device("dev_1").Device)),
        });
    }

    [Theory]
    [InlineData(0, "127.0.0.1", true)]
    [InlineData(-60, "127.0.0.1", true)]
    [InlineData(-61, "127.0.0.1", false)]
    [InlineData(0, "127.0.0.2", false)]
    [InlineData(3600, "127.0.0.1", false)] // a clock that was set back
    public void A_device_binds_for_a_minute_from_where_it_is(int seconds, string address, bool bound)
    {
        _contacts.Take(Scenario.DeviceFresh("dev_1", _time.GetUtcNow().AddSeconds(seconds), address));
        Assert.Equal(bound, _contacts.IsBound("dev_1", IPAddress.Loopback));
    }

    [Fact]
    public void The_latest_counts_in_whatever_order_they_come()
    {
        _contacts.Take(Scenario.DeviceFresh("dev_1", _time.GetUtcNow(), "192.0.2.7"));
        _contacts.Take(Scenario.DeviceFresh("dev_1", _time.GetUtcNow().AddSeconds(-20)));
        Assert.False(_contacts.IsBound("dev_1", IPAddress.Loopback));
        _contacts.Take(Scenario.DeviceFresh("dev_1", _time.GetUtcNow().AddSeconds(1)));
        Assert.True(_contacts.IsBound("dev_1", IPAddress.Loopback));
    }

    [Fact]
    public void Of_a_device_that_is_gone_nothing_is_kept()
    {
        _contacts.Take(Scenario.DeviceFresh("dev_1", _time.GetUtcNow()));
        _contacts.Take(Scenario.DeviceFresh("dev_2", _time.GetUtcNow()));
        Assert.Null(_contacts.Of("dev_2"));
        _cell.Publish(GatewayState.Empty);
        _contacts.Take(new ControlMessage { Freshness = new Freshness() });
        Assert.Null(_contacts.Of("dev_1"));
    }
}
