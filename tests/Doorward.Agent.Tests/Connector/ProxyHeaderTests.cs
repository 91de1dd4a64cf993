using Doorward.Agent.Connector;
using Doorward.Core.Tunnels;

namespace Doorward.Agent.Tests.Connector;

public sealed class ProxyHeaderTests
{
    [Fact]
    public void A_target_is_told_address_and_name_of_the_person() =>
        Assert.Equal(
            "0D0A0D0A000D0A515549540A" + "21" + "11" + "0014" + "C0000201" + "0A000001" + "C001" + "01BB" + "E00005" + "616C696365",
            Convert.ToHexString(ProxyHeader.Write(new ProxiedClient("192.0.2.1", 49153, "10.0.0.1", 443, "alice"))!));

    [Fact]
    public void Addresses_of_two_families_are_both_written_as_IPv6()
    {
        var header = ProxyHeader.Write(new ProxiedClient("192.0.2.1", 1, "2001:db8::1", 2, ""))!;
        Assert.Equal(0x21, header[13]);
        Assert.Equal("00000000000000000000FFFFC0000201" + "20010DB8000000000000000000000001", Convert.ToHexString(header[16..48]));
    }

    [Theory]
    [InlineData("somewhere")]
    [InlineData("")]
    public void An_address_that_is_none_is_not_written(string address) => Assert.Null(ProxyHeader.Write(new ProxiedClient(address, 1, "10.0.0.1", 2, "alice")));
}
