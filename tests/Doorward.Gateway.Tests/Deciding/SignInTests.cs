using System.Net;
using System.Text.Json;
using Doorward.Core.Protocol;
using Doorward.Testing.ControlPlane;

namespace Doorward.Gateway.Tests.Deciding;

public sealed class SignInTests
{
    [Fact]
    public async Task Finishes_a_sign_in_with_a_code_and_the_nonce_that_only_this_browser_has()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        RedeemRequest? redeemed = null;
        gateway.Plane.Redeem = request =>
        {
            redeemed = request;
            return Handed(gateway, "handle-of-a-test");
        };
        var (state, flow, browser) = await BeginAsync(gateway, "/page?a=b");

        using var response = await gateway.GetAsync(flow, $"/.doorward/callback?code=c0de&state={state}", browser: true);

        Assert.Equal(HttpStatusCode.SeeOther, response.StatusCode);
        Assert.Equal("/page?a=b", response.Headers.Location!.OriginalString);
        var cookies = response.Headers.GetValues("Set-Cookie").ToList();
        Assert.Contains(cookies, cookie => cookie.StartsWith("__Host-doorward=k1.handle-of-a-test.", StringComparison.Ordinal)
            && cookie.Contains("secure", StringComparison.OrdinalIgnoreCase) && cookie.Contains("httponly", StringComparison.OrdinalIgnoreCase)
            && cookie.Contains("path=/", StringComparison.OrdinalIgnoreCase) && !cookie.Contains("domain", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("c0de", redeemed!.Code);
        Assert.Equal(DecidingGateway.Wiki, redeemed.Host);
        Assert.Equal(browser, System.Buffers.Text.Base64Url.EncodeToString(Core.Identifiers.Credential.Hash(redeemed.Browser)));
    }

    [Fact]
    public async Task Refuses_a_sign_in_that_another_browser_began()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        gateway.Plane.Redeem = _ => throw new InvalidOperationException("no code may be redeemed");
        var (state, flow, _) = await BeginAsync(gateway, "/");
        var (other, _, _) = await BeginAsync(gateway, "/");

        using var without = await gateway.GetAsync(null, $"/.doorward/callback?code=c0de&state={state}", browser: true);
        using var foreign = await gateway.GetAsync(flow.Replace(state, other, StringComparison.Ordinal), $"/.doorward/callback?code=c0de&state={other}", browser: true);

        Assert.Equal(HttpStatusCode.BadRequest, without.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
    }

    [Fact]
    public async Task Lets_nobody_in_on_a_code_that_is_refused()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var (state, flow, _) = await BeginAsync(gateway, "/");

        using var response = await gateway.GetAsync(flow, $"/.doorward/callback?code=c0de&state={state}", browser: true);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.DoesNotContain(response.Headers.GetValues("Set-Cookie"), cookie => cookie.StartsWith("__Host-doorward=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Never_repeats_a_post_silently()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        gateway.Plane.Redeem = _ => Handed(gateway, "handle");
        var (state, flow, _) = await BeginAsync(gateway, "/transfer", HttpMethod.Post);

        using var response = await gateway.GetAsync(flow, $"/.doorward/callback?code=c0de&state={state}", browser: true);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("send it again", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, gateway.Upstream.Requests);
    }

    [Fact]
    public async Task Sends_nobody_to_another_host()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        gateway.Plane.Redeem = _ => Handed(gateway, "handle");

        foreach (var path in new[] { "/?next=https://evil.example", "/page?//evil.example" })
        {
            var (state, flow, _) = await BeginAsync(gateway, path);
            using var response = await gateway.GetAsync(flow, $"/.doorward/callback?code=c&state={state}&target=https://evil.example", browser: true);
            Assert.Equal(path, response.Headers.Location!.OriginalString);
        }

        using var slashes = await gateway.GetAsync(path: "//evil.example/", browser: true);
        Assert.Equal(HttpStatusCode.BadRequest, slashes.StatusCode);
    }

    [Fact]
    public async Task Signs_out_only_by_a_post_of_its_own_pages()
    {
        await using var gateway = await DecidingGateway.StartAsync();
        var alice = gateway.SignIn("ses_a", "alice");

        using var get = await gateway.GetAsync(alice, "/.doorward/signout");
        using var foreign = await gateway.GetAsync(alice, "/.doorward/signout", method: HttpMethod.Post, origin: "https://evil.door.test");
        using var nowhere = await gateway.GetAsync(alice, "/.doorward/signout", method: HttpMethod.Post);
        using var own = await gateway.GetAsync(alice, "/.doorward/signout", method: HttpMethod.Post, origin: DecidingGateway.Url);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, nowhere.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, own.StatusCode);
        Assert.Equal("https://auth.door.test:8443/signout?host=wiki.door.test", own.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task Says_who_i_am_to_me_and_nothing_to_nobody()
    {
        await using var gateway = await DecidingGateway.StartAsync();

        using var mine = await gateway.GetAsync(gateway.SignIn("ses_a", "alice"), "/.doorward/whoami");
        using var nobody = await gateway.GetAsync(path: "/.doorward/whoami");

        using var answer = JsonDocument.Parse(await mine.Content.ReadAsStringAsync());
        Assert.Equal("alice", answer.RootElement.GetProperty("user").GetString());
        Assert.Equal("ses_a", answer.RootElement.GetProperty("session").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    private static RedeemReply Handed(DecidingGateway gateway, string handle) => new()
    {
        Redeemed = true,
        Handle = handle,
        Revision = gateway.Plane.Commit(new Change { Unrelated = new Unrelated() }),
        Session = Scenario.Session("ses_a", "alice", 2, TimeProvider.System.GetUtcNow()).Session,
        Subject = Scenario.User("alice").Subject,
    };

    private static async Task<(string State, string Flow, string Browser)> BeginAsync(DecidingGateway gateway, string path, HttpMethod? method = null)
    {
        using var response = await gateway.GetAsync(path: path, browser: true, method: method);
        Assert.Equal(method is null ? HttpStatusCode.Found : HttpStatusCode.SeeOther, response.StatusCode);
        var query = System.Web.HttpUtility.ParseQueryString(response.Headers.Location!.Query);
        return (query["state"]!, response.Headers.GetValues("Set-Cookie").Single().Split(';')[0], query["browser"]!);
    }
}
