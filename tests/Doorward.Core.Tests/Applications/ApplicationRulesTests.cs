using System.Collections.Immutable;
using Doorward.Core.Applications;

namespace Doorward.Core.Tests.Applications;

public sealed class ApplicationRulesTests
{
    private static readonly ApplicationDefinition Good = new()
    {
        Name = "wiki",
        Hosts = ["wiki.example.org"],
        Upstreams = [new UpstreamDefinition(new Uri("http://127.0.0.1:9000"))],
    };

    [Fact]
    public void Accepts_an_ordinary_application() => Assert.Empty(Check(Good));

    [Theory]
    [InlineData("auth.example.org")]
    [InlineData("agent.example.org")]
    [InlineData("console.example.org")]
    [InlineData("evil.auth.example.org")]
    [InlineData("*.console.example.org")]
    public void Refuses_the_hosts_of_Doorward_itself(string host) =>
        Assert.Equal("hosts[0]", Assert.Single(Check(Good with { Hosts = [host] })).Field);

    [Theory]
    [InlineData("auth.example.com")]
    [InlineData("authentic.example.org")]
    [InlineData("*.example.org")]
    public void Accepts_hosts_that_only_look_like_its_own(string host) => Assert.Empty(Check(Good with { Hosts = [host] }));

    [Theory]
    [InlineData("http://169.254.169.254")]
    [InlineData("http://2852039166")]
    [InlineData("http://[::ffff:169.254.169.254]")]
    [InlineData("http://[fe80::1]")]
    [InlineData("http://[fd00:ec2::254]")]
    [InlineData("http://0.0.0.0:9000")]
    [InlineData("http://[::]:9000")]
    [InlineData("http://224.0.0.1")]
    [InlineData("http://metadata.google.internal")]
    [InlineData("http://100.100.100.200")]
    [InlineData("http://[64:ff9b::a9fe:a9fe]")]
    [InlineData("http://[2002:a9fe:a9fe::1]")]
    [InlineData("http://[::169.254.169.254]")]
    [InlineData("http://0xa9fea9fe")]
    [InlineData("http://240.0.0.1")]
    public void Refuses_metadata_and_link_local_upstreams_unless_the_operator_allows_them(string upstream)
    {
        var application = Good with { Upstreams = [new UpstreamDefinition(new Uri(upstream))] };
        Assert.Equal("upstream", Assert.Single(Check(application)).Field);
        Assert.Empty(Check(application with { AllowSpecialAddresses = true }));
    }

    [Theory]
    [InlineData("http://127.0.0.1:4000", true)]
    [InlineData("http://127.9.9.9:4000", true)]
    [InlineData("https://[::1]:4000", true)]
    [InlineData("http://[::ffff:127.0.0.1]:4000", true)]
    [InlineData("http://[64:ff9b::7f00:1]:4000", true)]
    [InlineData("http://console.localhost:4000", true)]
    [InlineData("http://127.0.0.1:4001", false)]
    [InlineData("http://192.0.2.1:4000", false)]
    public void Refuses_the_control_planes_own_port_even_when_special_addresses_are_allowed(string upstream, bool refused)
    {
        var application = Good with { Upstreams = [new UpstreamDefinition(new Uri(upstream))], AllowSpecialAddresses = true };
        Assert.Equal(refused, ApplicationRules.Check(application, "example.org", new HashSet<int> { 4000 }).Length > 0);
    }

    [Theory]
    [InlineData("ftp://files")]
    [InlineData("/path")]
    [InlineData("http://user:secret@host")]
    [InlineData("http://host/path")]
    [InlineData("http://host?query")]
    [InlineData("unix:/var/run/x")]
    [InlineData("host:9000")]
    public void Refuses_upstreams_that_are_no_plain_address(string text)
    {
        var violations = new List<RuleViolation>();
        Assert.Null(UpstreamRules.Read(text, "upstream", violations));
        Assert.DoesNotContain("secret", Assert.Single(violations).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_an_application_without_hosts_or_without_an_upstream()
    {
        Assert.Equal("hosts", Assert.Single(Check(Good with { Hosts = [] })).Field);
        Assert.Equal("upstream", Assert.Single(Check(Good with { Upstreams = [] })).Field);
        Assert.Equal("upstream", Assert.Single(Check(Good with { Upstreams = [], Connector = "berlin" })).Field);
    }

    [Theory]
    [InlineData("h2c")]
    [InlineData("SPDY/3.1")]
    [InlineData("web socket")]
    public void Refuses_upgrades_that_hide_requests(string upgrade) => Assert.NotEmpty(Check(Good with { Upgrades = [upgrade] }));

    [Theory]
    [InlineData("wiki.example.org", "wiki.example.org", true)]
    [InlineData("*.example.org", "*.example.org", true)]
    [InlineData("*.example.org", "*.dev.example.org", true)]
    [InlineData("*.dev.example.org", "*.example.org", true)]
    [InlineData("wiki.example.org", "*.example.org", false)]
    [InlineData("*.example.org", "*.badexample.org", false)]
    public void Finds_hosts_that_two_applications_claim(string mine, string theirs, bool conflicts)
    {
        var application = Good with { Hosts = [mine] };
        ImmutableArray<ApplicationDefinition> all = [application, Good with { Name = "other", Hosts = [theirs] }];
        Assert.Equal(conflicts, HostOverlaps.Find(application, all).Any());
    }

    [Fact]
    public void Quotes_outside_text_without_escapes_and_within_bounds()
    {
        Assert.Equal("a\\u001b[31m\\u202eb\\u000a", Shown.Text("a\u001b[31m\u202eb\n"));
        Assert.True(Shown.Text(new string('x', 10_000)).Length < 100);
    }

    private static ImmutableArray<RuleViolation> Check(ApplicationDefinition application) =>
        ApplicationRules.Check(application, "example.org", new HashSet<int>());
}
