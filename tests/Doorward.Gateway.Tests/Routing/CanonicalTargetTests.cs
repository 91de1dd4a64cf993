using CsCheck;
using Doorward.Gateway.Routing;

namespace Doorward.Gateway.Tests.Routing;

public sealed class CanonicalTargetTests
{
    [Theory]
    [InlineData("/", "/", "")]
    [InlineData("/a/b.html", "/a/b.html", "")]
    [InlineData("/%61dmin/%7Euser", "/admin/~user", "")]
    [InlineData("/caf%c3%a9", "/caf%C3%A9", "")]
    [InlineData("/a{b}\"<>", "/a%7Bb%7D%22%3C%3E", "")]
    [InlineData("/a%28b%29", "/a%28b%29", "")]
    [InlineData("/a/...", "/a/...", "")]
    [InlineData("/.well-known/x", "/.well-known/x", "")]
    [InlineData("/a?b=/../%2f;//", "/a", "?b=/../%2f;//")]
    [InlineData("/?", "/", "?")]
    [InlineData("http://wiki.test", "/", "")]
    [InlineData("http://WIKI.test?x", "/", "?x")]
    [InlineData("http://wiki.test/%61", "/a", "")]
    public void Spells_a_path_in_one_way(string raw, string path, string query)
    {
        var target = CanonicalTarget.Parse(raw, "http", "wiki.test");
        Assert.Equal((TargetTraits.None, path, query), (target.Traits, target.Path, target.Query));
    }

    [Theory]
    [InlineData("/a/..", nameof(TargetTraits.DotSegment))]
    [InlineData("/.", nameof(TargetTraits.DotSegment))]
    [InlineData("/a/./b", nameof(TargetTraits.DotSegment))]
    [InlineData("/a//", nameof(TargetTraits.EmptySegment))]
    [InlineData("/%2E./a", nameof(TargetTraits.EncodedDot))]
    [InlineData("/a%2F..%2Fb", nameof(TargetTraits.EncodedSlash))]
    [InlineData("/%f0%9f%98", nameof(TargetTraits.NotUtf8))]
    [InlineData("/%ed%a0%80", nameof(TargetTraits.NotUtf8))]
    [InlineData("/%+1", nameof(TargetTraits.BadEscape))]
    [InlineData("/% 1", nameof(TargetTraits.RawBytes))]
    [InlineData("/%0d%0aX:1", nameof(TargetTraits.EncodedControl))]
    [InlineData("http://evil.test/", nameof(TargetTraits.AbsoluteMismatch))]
    [InlineData("http://wiki.test@evil.test/", nameof(TargetTraits.AbsoluteMismatch))]
    [InlineData("ftp://wiki.test/", nameof(TargetTraits.AbsoluteMismatch))]
    [InlineData("wiki.test:443", nameof(TargetTraits.NotAPath))]
    [InlineData("*", nameof(TargetTraits.NotAPath))]
    [InlineData("", nameof(TargetTraits.NotAPath))]
    public void Names_what_can_be_read_in_two_ways(string raw, string trait) =>
        Assert.True(CanonicalTarget.Parse(raw, "http", "wiki.test").Traits.HasFlag(Enum.Parse<TargetTraits>(trait)));

    [Fact]
    public void Changes_nothing_the_second_time() =>
        Gen.String[Gen.Char["abz09-._~!$&'()*+,=:@/%{}^|\"41c3A9E"], 0, 40].Sample(text =>
        {
            var once = CanonicalTarget.Parse("/" + text, "http", "wiki.test");
            if (once.Traits != TargetTraits.None) return;
            var twice = CanonicalTarget.Parse(once.Path, "http", "wiki.test");
            Assert.Equal((once.Path, TargetTraits.None), (twice.Path, twice.Traits));
        });

    [Fact]
    public void Reads_any_target_without_throwing() =>
        Gen.String[Gen.Char['\0', '\u00ff'], 0, 60].Sample(text => CanonicalTarget.Parse("/" + text, "http", "wiki.test").Path.Length >= 1);
}
