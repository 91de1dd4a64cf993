using Doorward.Core.Applications;
using Doorward.Core.Tunnels;

namespace Doorward.Core.Tests.Applications;

public sealed class TunnelRulesTests
{
    private static readonly ApplicationDefinition Database = new() { Name = "db", Connector = "hq", Tcp = [Target("db.internal:5432")] };

    private static readonly ApplicationDefinition Wiki = new()
    {
        Name = "wiki",
        Hosts = ["wiki.example.org"],
        Connector = "hq",
        Upstreams = [new UpstreamDefinition(new Uri("http://10.0.0.1:9000"))],
    };

    [Fact]
    public void Accepts_an_application_of_tunnels_without_a_host_and_one_of_http_behind_a_connector()
    {
        Assert.Empty(Check(Database));
        Assert.Empty(Check(Wiki));
        Assert.Empty(Check(Database with
        {
            Tunnels = new TunnelLimits(TimeSpan.FromMinutes(30), TimeSpan.FromHours(12)),
            ProxyProtocol = true,
            Ssh = new SshDefinition(["{user}", "deploy"], TimeSpan.FromMinutes(5)),
        }));
    }

    [Fact]
    public void Refuses_targets_without_a_connector() => Assert.Equal("connector", Single(Database with { Connector = null }));

    [Fact]
    public void Refuses_a_connector_of_which_nobody_says_what_it_reaches() => Assert.Equal("upstream", Single(Wiki with { Upstreams = [] }));

    [Theory]
    [InlineData("HQ")]
    [InlineData("a/b")]
    [InlineData("a b")]
    public void Refuses_a_connector_that_no_certificate_could_name(string connector) => Assert.Equal("connector", Single(Database with { Connector = connector }));

    [Fact]
    public void Refuses_what_is_of_http_in_an_application_of_tunnels()
    {
        Assert.Equal("hosts", Single(Database with { Hosts = ["db.example.org"] }));
        Assert.Equal("upstream", Single(Database with { Upstreams = Wiki.Upstreams }));
        Assert.Equal("paths", Single(Database with { Paths = PathMode.Opaque }));
        Assert.Equal("cors", Single(Database with { Cors = new CorsDefinition() }));
        Assert.Equal("healthCheck", Single(Database with { HealthCheck = new HealthCheckDefinition() }));
    }

    [Fact]
    public void Refuses_what_is_of_tunnels_in_an_application_of_http()
    {
        Assert.Equal("tunnels", Single(Wiki with { Tunnels = new TunnelLimits(TimeSpan.FromMinutes(1)) }));
        Assert.Equal("proxyProtocol", Single(Wiki with { ProxyProtocol = true }));
        Assert.Equal("ssh", Single(Wiki with { Ssh = new SshDefinition(["{user}"], TimeSpan.FromMinutes(5)) }));
    }

    [Theory]
    [InlineData("169.254.169.254:80")]
    [InlineData("127.0.0.1:22")]
    [InlineData("[::1]:22")]
    [InlineData("localhost:22")]
    [InlineData("db.localhost:22")]
    [InlineData("0.0.0.0:22")]
    [InlineData("[fe80::1]:22")]
    [InlineData("224.0.0.1:22")]
    [InlineData("[64:ff9b::a9fe:a9fe]:80")]
    [InlineData("metadata.google.internal:80")]
    [InlineData("agent.example.org:443")]
    [InlineData("x.console.example.org:443")]
    public void Refuses_special_targets_unless_the_operator_allows_them(string target)
    {
        var application = Database with { Tcp = [Target(target)] };
        Assert.Contains(Check(application), static violation => violation.Field == "tcp[0]");
        Assert.Empty(Check(application with { AllowSpecialAddresses = true }));
    }

    [Fact]
    public void Refuses_loopback_of_the_connector_as_an_upstream_unless_the_operator_allows_it()
    {
        var application = Wiki with { Upstreams = [new UpstreamDefinition(new Uri("http://127.0.0.1:9000"))] };
        Assert.Equal("upstream", Single(application));
        Assert.Empty(Check(application with { AllowSpecialAddresses = true }));
        Assert.Empty(Check(application with { Connector = null }));
    }

    [Fact]
    public void Refuses_the_control_planes_own_port_in_whatever_range()
    {
        Assert.Equal("tcp[0]", Single(Database with { AllowSpecialAddresses = true, Tcp = [Target("127.0.0.1:1-65535")] }));
        Assert.Empty(Check(Database with { AllowSpecialAddresses = true, Tcp = [Target("127.0.0.1:1-3999,4001-65535")] }));
    }

    [Fact]
    public void Refuses_more_than_64_targets_and_a_host_twice()
    {
        Assert.Empty(Check(Database with { Tcp = [.. Enumerable.Range(0, 64).Select(static i => Target($"db{i}:22"))] }));
        Assert.Equal("tcp", Single(Database with { Tcp = [.. Enumerable.Range(0, 65).Select(static i => Target($"db{i}:22"))] }));
        Assert.Equal("tcp[1]", Single(Database with { Tcp = [Target("db:22"), Target("db:80")] }));
    }

    [Theory]
    [InlineData("root;reboot")]
    [InlineData("-o")]
    [InlineData("")]
    [InlineData("{User}")]
    [InlineData("x{user}")]
    public void Refuses_principals_that_are_no_login_names(string principal) =>
        Assert.Equal("ssh.principals[0]", Single(Database with { Ssh = new SshDefinition([principal], TimeSpan.FromMinutes(5)) }));

    [Fact]
    public void Refuses_certificates_that_live_long_and_none_at_all()
    {
        Assert.Equal("ssh.lifetime", Single(Database with { Ssh = new SshDefinition(["{user}"], TimeSpan.FromMinutes(11)) }));
        Assert.Equal("ssh.principals", Single(Database with { Ssh = new SshDefinition([], TimeSpan.FromMinutes(5)) }));
        Assert.Equal("tunnels.longest", Single(Database with { Tunnels = new TunnelLimits(Longest: TimeSpan.FromDays(31)) }));
    }

    private static TunnelTarget Target(string text) => TunnelTargetText.Read(text, "tcp", [])!;

    private static string Single(ApplicationDefinition application) => Assert.Single(Check(application)).Field;

    private static System.Collections.Immutable.ImmutableArray<RuleViolation> Check(ApplicationDefinition application) =>
        ApplicationRules.Check(application, "example.org", new HashSet<int> { 4000 });
}
