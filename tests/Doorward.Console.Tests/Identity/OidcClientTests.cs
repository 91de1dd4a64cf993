using System.Net;
using System.Text.Json;
using Doorward.Control.Identity.Clients;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Console.Tests.Identity;

/// <summary>Our provider as a client of others' making (npm openid-client) sees it.</summary>
public sealed class OidcClientTests : IAsyncLifetime
{
    private const string Redirect = "https://client.example/back";
    private AuthHost host = null!;

    public async ValueTask InitializeAsync()
    {
        host = await AuthHost.StartAsync();
        await host.AddPersonAsync("alice");
        await host.PutAsync(ResourceKinds.Group, "engineering", new GroupSpec { Members = ["alice"] });
        await host.PutAsync(OidcClientSpec.Kind, "wiki", new OidcClientSpec { RedirectUris = [Redirect] });
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Signs_a_person_in_and_tells_who_how_and_when()
    {
        using var browser = host.NewBrowser();
        await using var client = await StartAsync();
        var learnt = await SignInAsync(browser, client);
        var claims = learnt.GetProperty("claims");
        Assert.Equal("urn:doorward:assurance:2", claims.GetProperty("acr").GetString());
        Assert.Equal(["pwd", "otp", "mfa"], claims.GetProperty("amr").EnumerateArray().Select(method => method.GetString()));
        Assert.Equal(host.Time.GetUtcNow().ToUnixTimeSeconds(), claims.GetProperty("auth_time").GetInt64());
        Assert.Equal("alice", learnt.GetProperty("user").GetProperty("preferred_username").GetString());
        Assert.Equal("engineering", learnt.GetProperty("user").GetProperty("groups").ToString().Trim('[', ']', '"'));
        Assert.True(learnt.GetProperty("rotated").GetBoolean());
    }

    [Theory]
    [InlineData("reuse-refresh")]
    [InlineData("reuse-code")]
    public async Task Ends_the_whole_family_of_tokens_when_one_is_used_twice(string what)
    {
        using var browser = host.NewBrowser();
        await using var client = await StartAsync();
        await SignInAsync(browser, client);
        await client.WriteAsync(what);
        var answer = await client.ReadAsync();
        Assert.Equal("invalid_grant", answer.GetProperty("reuse").GetString());
        Assert.Equal("invalid_grant", answer.GetProperty("family").GetString());
    }

    [Theory]
    [InlineData("sign-out")]
    [InlineData("disable")]
    public async Task Lets_nothing_live_on_after_the_session(string end)
    {
        using var browser = host.NewBrowser();
        await using var client = await StartAsync();
        await SignInAsync(browser, client);
        if (end == "sign-out")
            await browser.SubmitAsync(await browser.GetAsync("/signout"), []);
        else
            await DisableAsync("alice");
        await client.WriteAsync("after");
        var answer = await client.ReadAsync();
        Assert.Equal("invalid_grant", answer.GetProperty("refresh").GetString());
        Assert.NotEqual(JsonValueKind.Null, answer.GetProperty("userInfo").ValueKind);
    }

    [Fact]
    public async Task A_refreshed_ID_token_says_what_is_true_now()
    {
        using var browser = host.NewBrowser();
        await using var client = await StartAsync();
        var before = (await SignInAsync(browser, client)).GetProperty("claims");
        Assert.Equal("engineering", before.GetProperty("groups").ToString().Trim('[', ']', '"'));
        await using (var db = host.OpenDb())
        {
            (await db.Resources.SingleAsync(resource => resource.Name == "engineering")).Json = """{"members":[]}""";
            (await db.Users.SingleAsync()).Email = "alice@new.example";
            (await db.Sessions.SingleAsync()).Assurance = 1;
            await db.SaveChangesAsync();
        }
        await client.WriteAsync("refresh");
        var now = (await client.ReadAsync()).GetProperty("claims");
        Assert.False(now.TryGetProperty("groups", out _));
        Assert.Equal(("alice@new.example", "urn:doorward:assurance:1"), (now.GetProperty("email").GetString(), now.GetProperty("acr").GetString()));
        Assert.Equal(before.GetProperty("sub").GetString(), now.GetProperty("sub").GetString());
    }

    [Fact]
    public async Task Asks_again_when_the_client_wants_a_fresher_sign_in()
    {
        using var browser = host.NewBrowser();
        await browser.SignInAsync("alice", "/signin?return=/signout");
        host.Time.Advance(TimeSpan.FromMinutes(5));
        await using var client = await StartAsync("""{"max_age":"60"}""");
        var page = await browser.GetAsync(PathOf(await client.ReadAsync()));
        Assert.Contains("Confirm it is you", page.Html);
    }

    [Theory]
    [InlineData("code_challenge", null)]
    [InlineData("code_challenge_method", "plain")]
    [InlineData("code_challenge_method", null)]
    [InlineData("response_type", "token")]
    [InlineData("redirect_uri", "https://client.example/back/")]
    [InlineData("redirect_uri", "https://client.example/back?x=1")]
    [InlineData("redirect_uri", "https://evil.example/back")]
    [InlineData("client_id", "nobody")]
    public async Task Refuses_what_is_not_the_code_flow_with_S256_to_the_exact_address(string parameter, string? value)
    {
        using var browser = host.NewBrowser();
        await browser.SignInAsync("alice", "/signin?return=/signout");
        var query = new Dictionary<string, string?>
        {
            ["client_id"] = "wiki",
            ["redirect_uri"] = Redirect,
            ["response_type"] = "code",
            ["scope"] = "openid",
            ["state"] = "s",
            ["code_challenge"] = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
            ["code_challenge_method"] = "S256",
        };
        var good = await browser.GetAsync(QueryHelpers.AddQueryString("/connect/authorize", query));
        Assert.Contains("code=", good.Location);
        Assert.Contains($"iss={Uri.EscapeDataString(AuthHost.Origin)}", good.Location);
        query[parameter] = value;
        var bad = await browser.GetAsync(QueryHelpers.AddQueryString("/connect/authorize", query.Where(pair => pair.Value is not null)));
        Assert.DoesNotContain("code=", bad.Location ?? "");
        // Nowhere is the safest place to send somebody with a request like this.
        Assert.Null(bad.Location);
        Assert.Equal(HttpStatusCode.BadRequest, bad.Status);
    }

    [Fact]
    public async Task Says_login_required_when_nobody_may_be_asked()
    {
        using var browser = host.NewBrowser();
        await using var client = await StartAsync("""{"prompt":"none"}""");
        Assert.Contains("error=login_required", (await browser.GetAsync(PathOf(await client.ReadAsync()))).Location);
    }

    private Task<Peer> StartAsync(string extra = "{}") => Peer.StartAsync(
        "client.mjs", [AuthHost.Origin, $"{host.ListeningPort}", "wiki", Redirect, extra], new() { ["CA_PEM"] = host.Certificate.ExportCertificatePem() });

    private static async Task<JsonElement> SignInAsync(TestBrowser browser, Peer client)
    {
        var back = await browser.SignInAsync("alice", PathOf(await client.ReadAsync()));
        Assert.Equal(HttpStatusCode.Redirect, back.Status);
        await client.WriteAsync(back.Location!);
        return await client.ReadAsync();
    }

    private async Task DisableAsync(string name)
    {
        await using var db = host.OpenDb();
        var user = await db.Users.SingleAsync(person => person.UserName == name);
        user.Disabled = true;
        await db.SaveChangesAsync();
    }

    private static string PathOf(JsonElement said) => new Uri(said.GetProperty("open").GetString()!).PathAndQuery;
}
