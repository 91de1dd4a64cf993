using Doorward.Core.Protocol;
using Doorward.Gateway.Authentication;
using Doorward.Gateway.Feed;
using Doorward.Testing.ControlPlane;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Doorward.Gateway.Tests.Authentication;

public sealed class ApplicationCookieTests
{
    private const string Host = "wiki.door.test";
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly CookieKey Old = Key("k1", 1, Now.AddDays(-30));
    private static readonly CookieKey New = Key("k2", 2, Now);
    private readonly CookieKeyRing _keys = CookieKeyRing.Of([Old, New]);

    [Fact]
    public void Accepts_what_the_newest_and_what_an_older_key_signed()
    {
        Assert.True(ApplicationCookie.TryVerify(_keys, ApplicationCookie.Make(_keys.Newest!, "handle", Host), Host, out var key));
        Assert.Equal(CredentialKey.Of("handle"u8), key);
        Assert.Equal("k2", _keys.Newest!.Id);
        Assert.True(ApplicationCookie.TryVerify(_keys, Scenario.CookieValue(Old, "handle", Host), Host, out _));
    }

    [Fact]
    public void Drops_the_cookie_of_another_host()
    {
        Assert.False(ApplicationCookie.TryVerify(_keys, Scenario.CookieValue(New, "handle", "other.door.test"), Host, out _));
    }

    [Fact]
    public void Drops_every_change_of_a_single_character()
    {
        var value = Scenario.CookieValue(New, "handle", Host);
        for (var i = 0; i < value.Length - 1; i++)
        {
            var forged = value.ToCharArray();
            forged[i] = forged[i] == 'A' ? 'B' : 'A';
            Assert.False(ApplicationCookie.TryVerify(_keys, forged, Host, out _), new string(forged));
        }
    }

    [Fact]
    public void Drops_a_handle_that_is_longer_in_bytes_than_in_characters_under_the_longest_host()
    {
        var host = string.Join('.', Enumerable.Repeat(new string('h', 60), 4)) + ".test";

        Assert.False(ApplicationCookie.TryVerify(_keys, $"k2.{new string('\u20ac', 200)}.{new string('A', 43)}", host, out _));
        Assert.True(ApplicationCookie.TryVerify(_keys, Scenario.CookieValue(New, new string('h', 200), host), host, out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("k2..")]
    [InlineData("k2.handle")]
    [InlineData("k2.handle.")]
    [InlineData("k3.handle.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("k2.handle.!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!")]
    public void Drops_what_is_no_cookie_of_ours(string value)
    {
        Assert.False(ApplicationCookie.TryVerify(_keys, value, Host, out _));
    }

    [Theory]
    [InlineData("__Host-doorward=a", true, "a")]
    [InlineData("x=1; __Host-doorward=a; y=2", true, "a")]
    [InlineData("__Host-doorwardx=a", false, "")]
    [InlineData("__host-doorward=a", false, "")]
    [InlineData("x=__Host-doorward=a", false, "")]
    public void Finds_its_own_name_and_no_other(string header, bool found, string expected)
    {
        Assert.Equal(found, ApplicationCookie.TryFind(header, out var value, out _));
        Assert.Equal(expected, value.ToString());
    }

    [Theory]
    [InlineData("__Host-doorward=a; __Host-doorward=b")]
    [InlineData("__Host-doorward=a; x=1; __Host-doorward=a")]
    public void Sees_two_identities_where_the_name_stands_twice(string header)
    {
        Assert.False(ApplicationCookie.TryFind(header, out _, out var several));
        Assert.True(several);
    }

    private static CookieKey Key(string id, byte fill, DateTimeOffset created) => new()
    {
        Id = id,
        Key = ByteString.CopyFrom(Enumerable.Repeat(fill, 32).ToArray()),
        Created = created.ToTimestamp(),
    };
}
