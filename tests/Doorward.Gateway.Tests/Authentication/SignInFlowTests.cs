using Doorward.Core.Protocol;
using Doorward.Gateway.Authentication;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Doorward.Gateway.Tests.Authentication;

public sealed class SignInFlowTests
{
    private const string Host = "wiki.door.test";
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly CookieKeyRing _keys = CookieKeyRing.Of(
        [new CookieKey { Id = "k1", Key = ByteString.CopyFrom(new byte[32]), Created = Now.ToTimestamp() }]);

    [Fact]
    public void Comes_back_as_it_was_sealed()
    {
        var flow = SignInFlow.Begin("GET", "/a?b=c", Now);

        Assert.Equal(flow, Open(flow.Seal(_keys.Newest!, Host, "state"), Host, "state", Now.AddMinutes(9)));
    }

    [Fact]
    public void Is_refused_for_another_host_another_state_or_too_late()
    {
        var value = SignInFlow.Begin("GET", "/", Now).Seal(_keys.Newest!, Host, "state");

        Assert.Null(Open(value, "evil.door.test", "state", Now));
        Assert.Null(Open(value, Host, "other", Now));
        Assert.Null(Open(value, Host, "state", Now.AddMinutes(11)));
        Assert.Null(Open(value, Host, "state", Now.AddMinutes(-1)));
        Assert.Null(Open(value[..^4] + "AAAA", Host, "state", Now));
        Assert.Null(Open("k1.", Host, "state", Now));
        Assert.Null(Open("", Host, "state", Now));
    }

    [Fact]
    public void Forgets_a_target_that_no_cookie_could_hold()
    {
        Assert.Equal("/", SignInFlow.Begin("GET", "/" + new string('a', 4000), Now).Target);
    }

    [Theory]
    [InlineData('a', 2000, true)]
    [InlineData('&', 1500, false)] // six bytes each as they are written
    [InlineData('\u00e9', 1500, false)]
    public void Makes_no_cookie_that_browsers_would_drop(char character, int length, bool kept)
    {
        var target = "/?" + new string(character, length);
        var flow = SignInFlow.Begin("POST", target, Now, "/" + new string(character, 500));
        var state = SignInFlow.NewState();
        var cookie = $"{SignInFlow.CookiePrefix}{state}={flow.Seal(_keys.Newest!, Host, state)}; max-age=600; path=/; secure; samesite=lax; httponly";

        Assert.InRange(cookie.Length, 1, 4096);
        Assert.Equal(kept ? target : "/", flow.Target);
    }

    [Fact]
    public void Remembers_the_page_that_sent_what_cannot_be_repeated()
    {
        var flow = SignInFlow.Begin("POST", "/save", Now, "/edit?id=1");

        Assert.Equal("/edit?id=1", Open(flow.Seal(_keys.Newest!, Host, "state"), Host, "state", Now)?.From);
        Assert.Null(SignInFlow.Begin("POST", "/save", Now, "/" + new string('a', 1000)).From);
    }

    private SignInFlow? Open(string value, string host, string state, DateTimeOffset now) => SignInFlow.Open(_keys, value, host, state, now);
}
