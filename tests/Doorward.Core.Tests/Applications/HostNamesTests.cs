using Doorward.Core.Applications;

namespace Doorward.Core.Tests.Applications;

public sealed class HostNamesTests
{
    [Theory]
    [InlineData("Wiki.Example.ORG", "wiki.example.org")]
    [InlineData("*.Example.org", "*.example.org")]
    [InlineData("bücher.example", "xn--bcher-kva.example")]
    [InlineData("a-b.example", "a-b.example")]
    public void Brings_hosts_into_one_form(string text, string expected)
    {
        Assert.True(HostNames.TryNormalize(text, out var host, out _));
        Assert.Equal(expected, host);
    }

    [Theory]
    [InlineData("")]
    [InlineData("wiki.example.org.")]
    [InlineData("wiki.example.org:8443")]
    [InlineData("https://wiki.example.org")]
    [InlineData("wi*ki.example.org")]
    [InlineData("a.*.example.org")]
    [InlineData("*.org")]
    [InlineData("*.")]
    [InlineData("-wiki.example.org")]
    [InlineData("wiki-.example.org")]
    [InlineData("wi_ki.example.org")]
    [InlineData("wiki..example.org")]
    [InlineData("wiki example.org")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("wiki.example.org/path")]
    [InlineData("wiki\u202e.example.org")]
    public void Refuses_what_is_no_host(string text)
    {
        Assert.False(HostNames.TryNormalize(text, out _, out var problem));
        Assert.NotEqual("", problem);
    }

    [Fact]
    public void Refuses_names_that_are_too_long_for_DNS()
    {
        Assert.False(HostNames.TryNormalize(new string('a', 64) + ".example", out _, out _));
        Assert.False(HostNames.TryNormalize(string.Join('.', Enumerable.Repeat("abcdefgh", 30)), out _, out _));
        Assert.True(HostNames.TryNormalize(new string('a', 63) + ".example", out _, out _));
    }
}
