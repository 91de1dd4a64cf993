using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using Doorward.Control.Identity.Agents;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Doorward.Core.Agents;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Console.Tests.Identity;

/// <summary>Signing in from the command line, as the agent's requests and the person's browser see it.</summary>
public sealed class AgentSignInTests : IAsyncLifetime
{
    private const string Redirect = "http://127.0.0.1:43117/";
    private static readonly string s_verifier = new('v', 64);
    private AuthHost host = null!;

    public async ValueTask InitializeAsync()
    {
        host = await AuthHost.StartAsync();
        await host.AddPersonAsync("alice");
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Gives_a_token_of_a_session_of_its_own_that_inherits_what_was_proved_and_when()
    {
        using var browser = host.NewBrowser();
        await browser.SignInAsync("alice", "/signin?return=/signout");
        var proved = host.Time.GetUtcNow();
        host.Time.Advance(TimeSpan.FromMinutes(3));
        var page = await browser.GetAsync(AuthorizePath());
        Assert.Contains("laptop-7", page.Html);
        Assert.Contains("frame-ancestors 'none'", page.Response.Headers.GetValues("Content-Security-Policy").Single());
        var (token, answer) = await RedeemAsync(browser, CodeOf(await ChooseAsync(browser, page, "allow")));
        Assert.StartsWith("dwt_", token);
        Assert.False(answer.TryGetProperty("refresh_token", out _));
        Assert.False(answer.TryGetProperty("id_token", out _));
        await using var db = host.OpenDb();
        var session = await db.Sessions.SingleAsync(session => session.Kind == SessionKinds.Agent);
        Assert.Equal((2, proved.ToUnixTimeSeconds()), (session.Assurance, session.Authenticated.ToUnixTimeSeconds()));
        Assert.Equal(["pwd", "otp", "mfa"], session.Methods);
        Assert.Equal("laptop-7", AgentSessions.MachineOf(session));
        Assert.True(session.Expires < host.Time.GetUtcNow() + TimeSpan.FromDays(7));
        Assert.DoesNotContain(await db.Tokens.Select(kept => kept.Id + kept.Name).ToListAsync(), kept => kept.Contains(token!, StringComparison.Ordinal));
        Assert.Contains("Command line on laptop-7", (await browser.GetAsync("/sessions")).Html);
        Assert.Equal("alice", (await AskAsync(HttpMethod.Get, AgentPaths.Session, token!)).Body.GetProperty("user").GetString());
    }

    [Fact]
    public async Task Many_may_begin_at_once_though_nobody_ever_did()
    {
        var browsers = Enumerable.Range(0, 8).Select(_ => host.NewBrowser()).ToList();
        Assert.All(await Task.WhenAll(browsers.Select(static browser => browser.GetAsync(AuthorizePath()))), static answer => Assert.Contains("<title>Sign in", answer.Html, StringComparison.Ordinal));
        browsers.ForEach(static browser => browser.Dispose());
    }

    [Fact]
    public async Task Signs_nobody_in_unless_they_allow_it()
    {
        using var browser = host.NewBrowser();
        await browser.SignInAsync("alice", "/signin?return=/signout");
        var page = await browser.GetAsync(AuthorizePath());
        Assert.Null(page.Location);
        var denied = await ChooseAsync(browser, page, "deny");
        Assert.Contains("error=access_denied", denied.Location);
        Assert.Contains("state=s7", denied.Location);
        Assert.Equal(HttpStatusCode.Forbidden, (await ChooseAsync(browser, page, "allow", origin: "https://evil.example")).Status);
        var forged = QueryHelpers.ParseQuery(AuthorizePath()[AuthorizePath().IndexOf('?', StringComparison.Ordinal)..]).ToDictionary(pair => pair.Key, pair => pair.Value.ToString());
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("/connect/authorize", new(forged) { ["choice"] = "allow" })).Status);
        Assert.Contains("error=consent_required", (await browser.GetAsync(AuthorizePath(("prompt", "none")))).Location);
        await using var db = host.OpenDb();
        Assert.False(await db.Sessions.AnyAsync(session => session.Kind == SessionKinds.Agent));
    }

    [Theory]
    [InlineData("redirect_uri", "http://127.0.0.2:43117/")]
    [InlineData("redirect_uri", "http://localhost:43117/")]
    [InlineData("redirect_uri", "http://127.0.0.1:43117/other")]
    [InlineData("redirect_uri", "https://evil.example/")]
    [InlineData("code_challenge", null)]
    [InlineData("code_challenge_method", "plain")]
    public async Task Comes_back_to_loopback_only_and_with_PKCE_only(string parameter, string? value)
    {
        using var browser = host.NewBrowser();
        await browser.SignInAsync("alice", "/signin?return=/signout");
        var bad = await browser.GetAsync(AuthorizePath((parameter, value)));
        Assert.Equal((HttpStatusCode.BadRequest, null), (bad.Status, bad.Location));
    }

    [Fact]
    public async Task A_code_that_comes_twice_ends_what_it_was_used_for()
    {
        using var browser = host.NewBrowser();
        var code = await CodeAsync(browser);
        var (token, _) = await RedeemAsync(browser, code);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(HttpMethod.Get, AgentPaths.Session, token!)).Status);
        var (again, refused) = await RedeemAsync(browser, code);
        Assert.Null(again);
        Assert.Equal("invalid_grant", refused.GetProperty("error").GetString());
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(HttpMethod.Get, AgentPaths.Session, token!)).Status);
    }

    [Fact]
    public async Task A_code_that_comes_fifty_times_at_once_leaves_at_most_one_session_and_that_one_ended()
    {
        using var browser = host.NewBrowser();
        var code = await CodeAsync(browser);
        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => RedeemAsync(browser, code)));
        Assert.True(answers.Count(answer => answer.Token is not null) <= 1);
        await using var db = host.OpenDb();
        Assert.False(await db.Sessions.AnyAsync(session => session.Kind == SessionKinds.Agent && session.Ended == null));
    }

    [Theory]
    [InlineData("disable")]
    [InlineData("password")]
    [InlineData("idle")]
    [InlineData("logout")]
    [InlineData("elsewhere")]
    public async Task Its_session_ends_with_all_that_ends_sessions(string how)
    {
        using var browser = host.NewBrowser();
        var (token, _) = await RedeemAsync(browser, await CodeAsync(browser));
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(HttpMethod.Get, AgentPaths.Session, token!)).Status);
        switch (how)
        {
            case "disable":
                await using (var db = host.OpenDb())
                {
                    (await db.Users.SingleAsync()).Disabled = true;
                    await db.SaveChangesAsync();
                }

                break;
            case "password":
                await using (var db = host.OpenDb())
                {
                    var credentials = (Control.Identity.Credentials)host.Services.GetService(typeof(Control.Identity.Credentials))!;
                    Assert.Null(await credentials.ImportAsync((await db.Users.SingleAsync()).Id, "another horse battery staple", AuthHost.Secret, replace: true, "local", default));
                }

                break;
            case "idle":
                host.Time.Advance(TimeSpan.FromHours(12.1));
                break;
            case "logout":
                Assert.Equal(HttpStatusCode.OK, (await AskAsync(HttpMethod.Post, AgentPaths.SignOut, token!)).Status);
                break;
            default:
                await browser.SubmitAsync(await browser.GetAsync("/sessions"), new() { ["id"] = await SessionIdAsync() });
                break;
        }

        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(HttpMethod.Get, AgentPaths.Session, token!)).Status);
    }

    [Fact]
    public async Task A_code_allowed_by_a_session_that_is_over_is_worth_nothing()
    {
        using var browser = host.NewBrowser();
        var code = await CodeAsync(browser);
        await browser.SubmitAsync(await browser.GetAsync("/signout"), []);
        var (token, refused) = await RedeemAsync(browser, code);
        Assert.Null(token);
        Assert.Equal("invalid_grant", refused.GetProperty("error").GetString());
    }

    [Fact]
    public async Task A_machine_without_a_browser_is_allowed_by_its_code()
    {
        using var agent = host.NewBrowser();
        using var browser = host.NewBrowser();
        var asked = await CodeForMachineAsync(agent);
        var (device, user) = (asked.GetProperty("device_code").GetString()!, asked.GetProperty("user_code").GetString()!);
        Assert.Equal(5, asked.GetProperty("interval").GetInt32());
        Assert.Equal("authorization_pending", await PollAsync(agent, device));
        Assert.Equal("slow_down", await PollAsync(agent, device));
        await browser.SignInAsync("alice", "/signin?return=/code");
        Assert.Contains("wrong, too old", (await browser.GetAsync("/code?user_code=BBBB-BBBB")).Html);
        var page = await browser.GetAsync($"/code?user_code={Uri.EscapeDataString(user.ToLowerInvariant())}");
        Assert.Contains("laptop-7", page.Html);
        Assert.Contains(user, page.Html, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Allowed", (await ChooseAsync(browser, page, "allow")).Html);
        host.Time.Advance(TimeSpan.FromSeconds(6));
        var (token, _) = await TokenAsync(agent, DeviceFields(device));
        Assert.Equal("alice", (await AskAsync(HttpMethod.Get, AgentPaths.Session, token!)).Body.GetProperty("user").GetString());
        Assert.Equal("invalid_grant", await PollAsync(agent, device));
        Assert.Equal(HttpStatusCode.Unauthorized, (await AskAsync(HttpMethod.Get, AgentPaths.Session, token!)).Status);
    }

    [Fact]
    public async Task A_machine_that_is_not_allowed_is_told_so_and_one_that_waits_too_long_as_well()
    {
        using var agent = host.NewBrowser();
        using var browser = host.NewBrowser();
        await browser.SignInAsync("alice", "/signin?return=/code");
        var asked = await CodeForMachineAsync(agent);
        var page = await browser.GetAsync($"/code?user_code={asked.GetProperty("user_code").GetString()}");
        Assert.Contains("Not allowed", (await ChooseAsync(browser, page, "deny")).Html);
        Assert.Equal("access_denied", await PollAsync(agent, asked.GetProperty("device_code").GetString()!));
        var late = await CodeForMachineAsync(agent);
        host.Time.Advance(TimeSpan.FromMinutes(11));
        Assert.Contains("wrong, too old", (await browser.GetAsync($"/code?user_code={late.GetProperty("user_code").GetString()}")).Html);
        Assert.Equal("expired_token", await PollAsync(agent, late.GetProperty("device_code").GetString()!));
    }

    [Fact]
    public async Task Codes_are_not_guessed_and_not_asked_for_without_bound()
    {
        using var agent = host.NewBrowser();
        using var browser = host.NewBrowser();
        await browser.SignInAsync("alice", "/signin?return=/code");
        var user = (await CodeForMachineAsync(agent)).GetProperty("user_code").GetString();
        for (var i = 0; i < DeviceCodes.MostWrong; i++)
            Assert.Equal(HttpStatusCode.UnprocessableEntity, (await browser.GetAsync("/code?user_code=BBBB-BBBB")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await browser.GetAsync($"/code?user_code={user}")).Status);
        host.Time.Advance(TimeSpan.FromMinutes(16));
        for (var i = 0; i < DeviceCodes.PerLine; i++)
            await CodeForMachineAsync(agent);
        Assert.Contains("Too many", (await agent.PostAsync("/connect/device", MachineFields())).Html);
    }

    private static string AuthorizePath(params (string Name, string? Value)[] changes)
    {
        var query = new Dictionary<string, string?>
        {
            ["client_id"] = AgentClient.Id,
            ["redirect_uri"] = Redirect,
            ["response_type"] = "code",
            ["state"] = "s7",
            ["machine"] = "laptop-7",
            ["code_challenge"] = WebEncoders.Base64UrlEncode(SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(s_verifier))),
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes)
            query[name] = value;
        return QueryHelpers.AddQueryString("/connect/authorize", query.Where(pair => pair.Value is not null));
    }

    private static async Task<string> CodeAsync(TestBrowser browser)
    {
        await browser.SignInAsync("alice", "/signin?return=/signout");
        return CodeOf(await ChooseAsync(browser, await browser.GetAsync(AuthorizePath()), "allow"));
    }

    private static Task<TestBrowser.Answer> ChooseAsync(TestBrowser browser, TestBrowser.Answer page, string choice, string origin = "own")
    {
        var form = page.Forms.Single(form => form.Inputs.ContainsKey("client_id") || form.Inputs.ContainsKey("user_code"));
        return browser.PostAsync(form.Action, new(form.Inputs) { ["choice"] = choice }, origin);
    }

    private static string CodeOf(TestBrowser.Answer answer)
    {
        Assert.StartsWith(Redirect, answer.Location);
        var query = QueryHelpers.ParseQuery(new Uri(answer.Location!).Query);
        Assert.Equal(("s7", $"{AuthHost.Origin}/"), (query["state"].ToString(), query["iss"].ToString()));
        return query["code"].ToString();
    }

    private static Task<(string? Token, JsonElement Answer)> RedeemAsync(TestBrowser browser, string code) => TokenAsync(browser, new()
    {
        ["grant_type"] = "authorization_code",
        ["client_id"] = AgentClient.Id,
        ["redirect_uri"] = Redirect,
        ["code"] = code,
        ["code_verifier"] = s_verifier,
    });

    private static async Task<(string? Token, JsonElement Answer)> TokenAsync(TestBrowser browser, Dictionary<string, string> fields)
    {
        var answer = JsonElement.Parse((await browser.PostAsync("/connect/token", fields, origin: null)).Html);
        return (answer.TryGetProperty("access_token", out var token) ? token.GetString() : null, answer);
    }

    private static async Task<JsonElement> CodeForMachineAsync(TestBrowser agent)
    {
        var answer = await agent.PostAsync("/connect/device", MachineFields(), origin: null);
        Assert.True(answer.Status == HttpStatusCode.OK, $"{answer.Status} {answer.Html}");
        return JsonElement.Parse(answer.Html);
    }

    private static Dictionary<string, string> MachineFields() => new() { ["client_id"] = AgentClient.Id, ["machine"] = "laptop-7" };

    private static Dictionary<string, string> DeviceFields(string device) => new()
    {
        ["grant_type"] = "urn:ietf:params:oauth:grant-type:device_code",
        ["client_id"] = AgentClient.Id,
        ["device_code"] = device,
    };

    private static async Task<string?> PollAsync(TestBrowser agent, string device) => (await TokenAsync(agent, DeviceFields(device))).Answer.GetProperty("error").GetString();

    private async Task<string> SessionIdAsync()
    {
        await using var db = host.OpenDb();
        return await db.Sessions.Where(session => session.Kind == SessionKinds.Agent).Select(session => session.Id).SingleAsync();
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(HttpMethod method, string path, string token)
    {
        using var http = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = { RemoteCertificateValidationCallback = (_, shown, _, _) => shown!.GetCertHashString() == host.Certificate.Thumbprint },
        });
        using var request = new HttpRequestMessage(method, $"https://127.0.0.1:{host.ListeningPort}{path}");
        request.Headers.Host = $"auth.{AuthHost.Domain}:{AuthHost.Port}";
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request);
        return (response.StatusCode, JsonElement.Parse(await response.Content.ReadAsStringAsync()));
    }
}
