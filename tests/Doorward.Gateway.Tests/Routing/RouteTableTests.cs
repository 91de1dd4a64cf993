using Doorward.Core.Applications;
using Doorward.Gateway.Routing;

namespace Doorward.Gateway.Tests.Routing;

public sealed class RouteTableTests
{
    [Theory]
    [InlineData("wiki.example.org", "wiki")]
    [InlineData("any.example.org", "rest")]
    [InlineData("a.b.example.org", "rest")]
    [InlineData("x.deep.example.org", "deep")]
    [InlineData("auth.example.org", "auth")]
    [InlineData("console.example.org", "console")]
    [InlineData("agent.example.org", "agent")]
    public void Finds_the_exact_host_then_the_longest_wildcard(string host, string application) =>
        Assert.Equal(application, Table(App("wiki", "wiki.example.org"), App("rest", "*.example.org"), App("deep", "*.deep.example.org")).Find(host)?.Name);

    [Theory]
    [InlineData("example.org")]
    [InlineData("wiki.example.org.evil.test")]
    [InlineData("evilexample.org")]
    [InlineData("")]
    [InlineData("127.0.0.1")]
    public void Knows_no_other_host(string host) => Assert.Null(Table(App("rest", "*.example.org")).Find(host));

    [Fact]
    public void Gives_a_host_that_two_claim_to_neither()
    {
        var table = Table(App("one", "a.test", "b.test"), App("two", "a.test"), App("three", "a.test"));
        Assert.Null(table.Find("a.test"));
        Assert.Equal("one", table.Find("b.test")?.Name);
        Assert.Equal(["two", "three"], table.Problems.Select(problem => problem.Application));
        Assert.All(table.Problems, problem => Assert.Equal("a.test", problem.Host));
    }

    [Fact]
    public void Keeps_the_products_own_hosts_for_the_product()
    {
        var table = Table(App("thief", "auth.example.org", "mine.example.org"));
        Assert.Equal(RouteKind.Auth, table.Find("auth.example.org")?.Kind);
        Assert.Equal("thief", table.Find("mine.example.org")?.Name);
        Assert.Equal("auth.example.org", Assert.Single(table.Problems).Host);
    }

    [Theory]
    [InlineData("Wiki.test")]
    [InlineData("wiki.test:443")]
    [InlineData("*.")]
    [InlineData("a.*.test")]
    [InlineData("-a.test")]
    [InlineData("wiki.test.")]
    [InlineData("")]
    public void Names_a_host_that_is_none(string host) => Assert.Equal(host, Assert.Single(Table(App("wiki", host)).Problems).Host);

    [Fact]
    public void Takes_the_consoles_definition_from_the_feed()
    {
        var table = Table(new ApplicationDefinition { Name = "console", Hosts = ["console.example.org"], Strict = true });
        Assert.True(table.Find("console.example.org")!.Definition.Strict);
        Assert.Empty(table.Problems);
    }

    private static RouteTable Table(params ApplicationDefinition[] applications) =>
        RouteTable.Build(new() { Domain = "example.org", PublicPort = 443, Applications = [.. applications] });

    private static ApplicationDefinition App(string name, params string[] hosts) => new() { Name = name, Hosts = [.. hosts] };
}
