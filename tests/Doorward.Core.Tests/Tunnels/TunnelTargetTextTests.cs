using System.Text.Json;
using Doorward.Core.Applications;
using Doorward.Core.Tunnels;

namespace Doorward.Core.Tests.Tunnels;

public sealed class TunnelTargetTextTests
{
    [Theory]
    [InlineData("db.internal:5432", "db.internal", "db.internal:5432")]
    [InlineData("DB.Internal:5432", "db.internal", "db.internal:5432")]
    [InlineData("10.1.2.3:9,1-5", "10.1.2.3", "10.1.2.3:1-5,9")]
    [InlineData("[2001:DB8::5]:22", "2001:db8::5", "[2001:db8::5]:22")]
    [InlineData("bücher.example:80-80", "xn--bcher-kva.example", "xn--bcher-kva.example:80")]
    public void Reads_a_target_and_writes_it_in_one_form(string text, string host, string written)
    {
        var target = Read(text).Target;
        Assert.Equal(host, target?.Host);
        Assert.Equal(written, TunnelTargetText.Format(target!));
    }

    [Theory]
    [InlineData("db.internal")]
    [InlineData("db.internal:")]
    [InlineData("db.internal:0")]
    [InlineData("db.internal:65536")]
    [InlineData("db.internal:022")]
    [InlineData("db.internal:+22")]
    [InlineData("db.internal:5-1")]
    [InlineData("db.internal:1-5,3")]
    [InlineData("db.internal:1,,2")]
    [InlineData("*.internal:22")]
    [InlineData("a:b:22")]
    [InlineData("::1:22")]
    [InlineData("[::ffff:127.0.0.1]:22")]
    [InlineData("[fe80::1%eth0]:22")]
    [InlineData("[127.0.0.1]:22")]
    [InlineData("010.1.2.3:22")]
    [InlineData("0x7f000001:22")]
    [InlineData("2130706433:22")]
    [InlineData("127.1:22")]
    [InlineData("db_internal:22")]
    [InlineData("db.internal.:22")]
    [InlineData(":22")]
    [InlineData("http://db.internal:22")]
    public void Refuses_what_two_readers_could_read_in_two_ways(string text)
    {
        var (target, violation) = Read(text);
        Assert.Null(target);
        Assert.Equal("tcp[0]", violation?.Field);
    }

    [Fact]
    public void Takes_64_ranges_of_ports_and_no_more()
    {
        Assert.Equal(64, Read("db:" + string.Join(',', Enumerable.Range(1, 64))).Target?.Ports.Length);
        Assert.Null(Read("db:" + string.Join(',', Enumerable.Range(1, 65))).Target);
    }

    [Fact]
    public void What_was_stored_before_there_were_tunnels_has_none()
    {
        var now = JsonSerializer.SerializeToNode(
            new ApplicationDefinition { Name = "wiki", Hosts = ["wiki.example.org"], Upstreams = [new UpstreamDefinition(new Uri("http://10.0.0.1"))] },
            ApplicationJson.Default.ApplicationDefinition)!.AsObject();
        foreach (var field in (string[])["tcp", "tunnels", "proxyProtocol", "ssh"]) Assert.True(now.Remove(field));
        var before = now.Deserialize(ApplicationJson.Default.ApplicationDefinition)!;
        Assert.True(before.Tcp.IsEmpty);
        Assert.Empty(TunnelTargets.Of(before));
        Assert.Empty(ApplicationRules.Check(before, "example.org", new HashSet<int>()));
    }

    [Fact]
    public void An_upstream_behind_a_connector_is_a_target_of_it()
    {
        var application = new ApplicationDefinition
        {
            Name = "wiki",
            Hosts = ["wiki.example.org"],
            Connector = "hq",
            Upstreams = [new UpstreamDefinition(new Uri("https://[2001:db8::5]")), new UpstreamDefinition(new Uri("http://Wiki.internal:8080"))],
        };
        Assert.Equal(["[2001:db8::5]:443", "wiki.internal:8080"], TunnelTargets.Of(application).Select(TunnelTargetText.Format));
        Assert.Empty(TunnelTargets.Of(application with { Connector = null }));
    }

    private static (TunnelTarget? Target, RuleViolation? Violation) Read(string text)
    {
        var violations = new List<RuleViolation>();
        return (TunnelTargetText.Read(text, "tcp[0]", violations), violations.FirstOrDefault());
    }
}
