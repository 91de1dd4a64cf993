using System.Net;
using Doorward.Gateway.Tunnels;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Gateway.Tests.Tunnels;

public sealed class OwnEndpointsTests
{
    [Fact]
    public void Every_port_at_every_address_and_those_that_came_since_after_some_seconds()
    {
        var time = new FakeTimeProvider();
        List<IPAddress> addresses = [IPAddress.Parse("10.1.1.1"), IPAddress.Parse("2001:db8::7"), IPAddress.Parse("10.1.1.1")];
        var ours = new OwnEndpoints([443, 8443], () => addresses, time);
        Assert.Equal(["10.1.1.1:443", "10.1.1.1:8443", "[2001:db8::7]:443", "[2001:db8::7]:8443"], ours.List());
        addresses.Add(IPAddress.Parse("10.1.1.2"));
        Assert.Equal(4, ours.List().Count);
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Contains("10.1.1.2:443", ours.List());
    }

    [Fact]
    public void An_order_has_place_for_them()
    {
        var ours = new OwnEndpoints([443, 8443], static () => Enumerable.Range(1, 5_000).Select(static i => new IPAddress([10, 2, (byte)(i / 250), (byte)(i % 250)])), TimeProvider.System);
        Assert.Equal(128, ours.List().Count);
    }
}
