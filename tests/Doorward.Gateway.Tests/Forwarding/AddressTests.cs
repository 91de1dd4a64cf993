using System.Net;
using Doorward.Core.Applications;
using Doorward.Core.Upstreams;
using Doorward.Gateway.Forwarding;
using Doorward.Gateway.Tests.Running;

namespace Doorward.Gateway.Tests.Forwarding;

public sealed class AddressTests
{
    [Theory]
    [InlineData("0.1.2.3")]
    [InlineData("::")]
    [InlineData("224.0.0.1")]
    [InlineData("ff02::1")]
    [InlineData("255.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("100.100.100.200")]
    [InlineData("168.63.129.16")]
    [InlineData("192.0.0.192")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::169.254.169.254")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("2002:a9fe:a9fe::1")]
    [InlineData("fe80::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("::ffff:0.0.0.0")]
    public void Refuses_special_addresses_in_every_spelling_unless_allowed(string address)
    {
        var endpoint = new IPEndPoint(IPAddress.Parse(address), 80);
        Assert.NotNull(new AddressRules([]).Refuse(endpoint, allowSpecial: false));
        Assert.Null(new AddressRules([]).Refuse(endpoint, allowSpecial: true));
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("8.8.8.8")]
    [InlineData("fd12::1")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Allows_where_applications_are(string address) =>
        Assert.Null(new AddressRules([]).Refuse(new IPEndPoint(IPAddress.Parse(address), 80), allowSpecial: false));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.8.8")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("0.0.0.0")]
    public void Never_allows_our_own_ports(string address) =>
        Assert.NotNull(new AddressRules([9443]).Refuse(new IPEndPoint(IPAddress.Parse(address), 9443), allowSpecial: true));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public void Refuses_loopback_when_it_is_switched_off(string address) =>
        Assert.NotNull(new AddressRules([], allowLoopback: false).Refuse(new IPEndPoint(IPAddress.Parse(address), 80), allowSpecial: false));

    [Theory]
    [InlineData(false, 200)]
    [InlineData(true, 502)]
    public async Task Asks_when_it_connects_not_when_it_is_configured(bool ownPort, int status)
    {
        await using var upstream = await RunningUpstream.StartAsync(name: "upstream.localhost");
        await using var gateway = await RunningGateway.StartAsync(
            [upstream.Application()], addresses: new AddressRules(ownPort ? [upstream.Address.Port] : []));
        await using var connection = await RawConnection.ConnectAsync(gateway.Http1Port);
        Assert.Equal(status, (await connection.AskAsync("GET / HTTP/1.1\r\nHost: wiki.test\r\n\r\n")).Status);
        Assert.Equal(ownPort ? 0 : 1, upstream.Requests);
    }

    [Fact]
    public async Task Does_not_dial_an_unspecified_address()
    {
        await using var upstream = await RunningUpstream.StartAsync(name: "0.0.0.0");
        var application = new ApplicationDefinition { Name = "wiki", Hosts = ["wiki.test"], Upstreams = [new(upstream.Address)] };
        await using var gateway = await RunningGateway.StartAsync([application]);
        await using var connection = await RawConnection.ConnectAsync(gateway.Http1Port);
        Assert.Equal(502, (await connection.AskAsync("GET / HTTP/1.1\r\nHost: wiki.test\r\n\r\n")).Status);
        Assert.Equal(0, upstream.Requests);
    }
}
