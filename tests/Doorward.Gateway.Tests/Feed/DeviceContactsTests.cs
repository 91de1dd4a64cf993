using System.Collections.Immutable;
using System.Net;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Doorward.Core.Protocol;
using Doorward.Gateway.Enforcement;
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
    [InlineData(3600, "127.0.0.1", false)] // a clock that was set back
    [InlineData(0, "127.0.0.2", false)]
    public void A_device_binds_for_a_minute_from_where_it_is(int seconds, string address, bool bound)
    {
        _contacts.Take(Scenario.DeviceFresh("dev_1", _time.GetUtcNow().AddSeconds(seconds), address));
        Assert.Equal(bound, IsBound("127.0.0.1"));
    }

    [Fact]
    public void The_latest_counts_in_whatever_order_they_come()
    {
        _contacts.Take(Scenario.DeviceFresh("dev_1", _time.GetUtcNow(), "192.0.2.7"));
        _contacts.Take(Scenario.DeviceFresh("dev_1", _time.GetUtcNow().AddSeconds(-20)));
        Assert.False(IsBound("127.0.0.1"));
        _contacts.Take(Scenario.DeviceFresh("dev_1", _time.GetUtcNow().AddSeconds(1)));
        Assert.True(IsBound("127.0.0.1"));
    }

    [Theory]
    [InlineData("127.0.0.1", "chromium", "127.0.0.1", true)]
    [InlineData("127.0.0.1", "curl", "127.0.0.1", false)] // another kind of client
    [InlineData("127.0.0.1", "", "127.0.0.1", false)]
    [InlineData("192.0.2.9", "chromium", "192.0.2.9", true)] // both moved: the device is heard from where the browser is now
    [InlineData("192.0.2.9", "chromium", "127.0.0.1", false)] // the browser moved, or another has its cookie
    [InlineData("127.0.0.1", "chromium", "192.0.2.9", false)] // the device moved and the browser did not
    [InlineData("192.0.2.10", "chromium", "2001:db8::1", true)] // both where they were, on addresses of their own
    [InlineData("192.0.2.11", "chromium", "2001:db8::1", false)]
    [InlineData("192.0.2.10", "chromium", "2001:db8::2", false)]
    public void A_session_is_bound_for_the_kind_of_client_that_was_signed_for_where_its_device_is(string address, string client, string device, bool bound)
    {
        _contacts.Take(Scenario.DeviceFresh("dev_1", _time.GetUtcNow(), device));
        var apart = device.Contains(':', StringComparison.Ordinal);
        Assert.Equal(bound, IsBound(address, client, apart ? "192.0.2.10" : "127.0.0.1", apart ? "2001:db8::1" : "127.0.0.1"));
    }

    [Fact]
    public void Nothing_is_bound_for_a_browser_of_which_nothing_was_known()
    {
        _contacts.Take(Scenario.DeviceFresh("dev_1", _time.GetUtcNow()));
        Assert.False(IsBound("127.0.0.1", client: "", signedFor: ""));
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

    private bool IsBound(string address, string client = "chromium", string browser = "127.0.0.1", string device = "127.0.0.1", string signedFor = "chromium")
    {
        var session = Scenario.Session("ses_1", "alice", 2, _time.GetUtcNow()).OnDevice("dev_1", signedFor, browser, device).Session;
        var facts = new RequestFacts(AccessAction.Read, new HttpEvidence("GET", "wiki.door.test", "/"), IPAddress.Parse(address)) { Client = client };
        return _contacts.IsBound(SessionView.Of(session, Scenario.User("alice").Subject), facts);
    }
}
