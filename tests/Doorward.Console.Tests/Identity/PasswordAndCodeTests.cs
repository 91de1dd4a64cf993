using System.Net;
using System.Security.Cryptography;
using System.Text;
using Doorward.Control.Sessions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console.Tests.Identity;

public sealed class PasswordAndCodeTests : IAsyncLifetime
{
    private const string Nonce = "a nonce of the gateway";
    private AuthHost host = null!;

    private static string Browser => WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.UTF8.GetBytes(Nonce)));

    private static string ForConsole => $"/signin?host=console.{AuthHost.Domain}&browser={Browser}&state=st1";

    public async ValueTask InitializeAsync() => host = await AuthHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Leads_back_to_the_application_with_a_code_that_the_gateway_can_redeem()
    {
        await host.AddPersonAsync("alice");
        using var browser = host.NewBrowser();
        var back = await browser.SignInAsync("alice", ForConsole);
        Assert.Equal(HttpStatusCode.SeeOther, back.Status);
        var location = new Uri(back.Location!);
        Assert.Equal($"https://console.{AuthHost.Domain}:{AuthHost.Port}/.doorward/callback", location.GetLeftPart(UriPartial.Path));
        var query = QueryHelpers.ParseQuery(location.Query);
        Assert.Equal("st1", query["state"]);
        var redeemed = await host.Services.GetRequiredService<SignInCodes>().RedeemAsync(query["code"]!, $"console.{AuthHost.Domain}", Nonce, CancellationToken.None);
        Assert.Equal(2, redeemed!.Session.Assurance);
        Assert.Equal(["pwd", "otp", "mfa"], redeemed.Session.Methods);
    }

    [Fact]
    public async Task Goes_straight_back_when_the_browser_is_signed_in_already()
    {
        await host.AddPersonAsync("alice");
        using var browser = host.NewBrowser();
        await browser.SignInAsync("alice", ForConsole);
        var back = await browser.GetAsync(ForConsole + "&assurance=2");
        Assert.Equal(HttpStatusCode.SeeOther, back.Status);
        Assert.Contains("/.doorward/callback?code=", back.Location);
    }

    [Fact]
    public async Task Refuses_a_wrong_password_and_an_unknown_name_alike()
    {
        await host.AddPersonAsync("alice");
        using var browser = host.NewBrowser();
        var wrong = await browser.SubmitAsync(await browser.GetAsync("/signin"), new() { ["username"] = "alice", ["password"] = "not the password at all" });
        var unknown = await browser.SubmitAsync(await browser.GetAsync("/signin"), new() { ["username"] = "nobody", ["password"] = "not the password at all" });
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.Status);
        Assert.Equal(wrong.Status, unknown.Status);
        Assert.Contains("The name or the password is wrong.", wrong.Html);
        Assert.Equal(WithoutTokens(wrong.Html).Replace("alice", "nobody", StringComparison.Ordinal), WithoutTokens(unknown.Html));
    }

    [Fact]
    public async Task Takes_a_code_only_once()
    {
        await host.AddPersonAsync("alice");
        using var first = host.NewBrowser();
        using var second = host.NewBrowser();
        var code = host.Code();
        Assert.Equal(HttpStatusCode.SeeOther, (await first.SignInAsync("alice", ForConsole, code)).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await second.SignInAsync("alice", ForConsole, code)).Status);
    }

    [Fact]
    public async Task Takes_a_code_once_even_from_many_browsers_at_the_same_time()
    {
        await host.AddPersonAsync("alice");
        var browsers = Enumerable.Range(0, 12).Select(_ => host.NewBrowser()).ToList();
        var pages = new List<TestBrowser.Answer>();
        foreach (var browser in browsers)
            pages.Add(await browser.SubmitAsync(await browser.GetAsync(ForConsole), new() { ["username"] = "alice", ["password"] = AuthHost.Password }));
        var answers = await Task.WhenAll(browsers.Zip(pages, (browser, page) => browser.SubmitAsync(page, new() { ["code"] = host.Code() })));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.SeeOther);
        browsers.ForEach(browser => browser.Dispose());
    }

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public async Task Accepts_one_step_of_clock_difference_and_no_more(int steps, bool accepted)
    {
        await host.AddPersonAsync("alice");
        using var browser = host.NewBrowser();
        var answer = await browser.SignInAsync("alice", ForConsole, host.Code(steps));
        Assert.Equal(accepted ? HttpStatusCode.SeeOther : HttpStatusCode.UnprocessableEntity, answer.Status);
    }

    [Fact]
    public async Task Never_skips_the_second_factor_of_a_person_who_has_one()
    {
        await host.AddPersonAsync("alice");
        using var browser = host.NewBrowser();
        var second = await browser.SubmitAsync(await browser.GetAsync(ForConsole), new() { ["username"] = "alice", ["password"] = AuthHost.Password });
        Assert.DoesNotContain("__Host-doorward-auth", browser.Cookies.Keys);
        Assert.Contains("name=\"code\"", second.Html);
        Assert.Contains("name=\"username\"", (await browser.GetAsync(ForConsole)).Html);
    }

    [Fact]
    public async Task Signs_a_person_without_second_factor_in_at_the_lowest_assurance_only()
    {
        await host.AddPersonAsync("carol", totp: false);
        using var browser = host.NewBrowser();
        var back = await browser.SubmitAsync(await browser.GetAsync(ForConsole), new() { ["username"] = "carol", ["password"] = AuthHost.Password });
        Assert.Contains("/.doorward/callback", back.Location);
        var more = await browser.GetAsync(ForConsole + "&assurance=2");
        Assert.Equal(HttpStatusCode.Forbidden, more.Status);
        Assert.Contains("You need another way to sign in", more.Html);
    }

    [Fact]
    public async Task Gives_a_new_cookie_at_a_step_up_and_the_old_one_is_dead()
    {
        await host.AddPersonAsync("alice");
        using var browser = host.NewBrowser();
        await browser.SignInAsync("alice", ForConsole);
        var before = browser.Cookies["__Host-doorward-auth"];
        host.Time.Advance(TimeSpan.FromMinutes(10));
        await browser.SignInAsync("alice", ForConsole + "&max_age=300");
        Assert.NotEqual(before, browser.Cookies["__Host-doorward-auth"]);
        browser.Cookies["__Host-doorward-auth"] = before;
        Assert.Contains("name=\"username\"", (await browser.GetAsync(ForConsole)).Html);
    }

    [Theory]
    [InlineData("/signin?host=evil.example&browser=B&state=s", HttpStatusCode.NotFound)]
    [InlineData("/signin?host=auth.doorward.localhost&browser=B&state=s", HttpStatusCode.NotFound)]
    [InlineData("/signin?return=//evil.example", HttpStatusCode.BadRequest)]
    [InlineData("/signin?return=/%5Cevil.example", HttpStatusCode.BadRequest)]
    [InlineData("/signin?return=https://evil.example", HttpStatusCode.BadRequest)]
    [InlineData("/signin?host=console.doorward.localhost", HttpStatusCode.BadRequest)]
    [InlineData("/signin?host=console.doorward.localhost&browser=short&state=s", HttpStatusCode.BadRequest)]
    [InlineData("/signin?host=console.doorward.localhost&browser=B&state=s&assurance=4", HttpStatusCode.BadRequest)]
    public async Task Leads_nowhere_but_to_known_hosts(string path, HttpStatusCode status)
    {
        using var browser = host.NewBrowser();
        Assert.Equal(status, (await browser.GetAsync(path.Replace("browser=B", $"browser={Browser}", StringComparison.Ordinal))).Status);
    }

    [Fact]
    public async Task Refuses_a_form_that_cannot_be_read_as_it_refuses_a_foreign_one()
    {
        using var browser = host.NewBrowser();
        var answer = await browser.PostAsync("/signin", Enumerable.Range(0, 2_000).ToDictionary(i => $"f{i}", _ => "x"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("out of date", answer.Html);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("null")]
    [InlineData("https://wiki.doorward.localhost")]
    [InlineData("https://auth.doorward.localhost")]
    public async Task Refuses_a_form_that_another_origin_sent(string? origin)
    {
        await host.AddPersonAsync("alice");
        using var browser = host.NewBrowser();
        var page = await browser.GetAsync("/signin");
        var answer = await browser.SubmitAsync(page, new() { ["username"] = "alice", ["password"] = AuthHost.Password }, origin);
        Assert.Equal(HttpStatusCode.Forbidden, answer.Status);
        Assert.DoesNotContain("__Host-doorward-signin", browser.Cookies.Keys);
    }

    [Fact]
    public async Task Refuses_a_form_without_the_token_of_this_browser()
    {
        await host.AddPersonAsync("alice");
        using var browser = host.NewBrowser();
        await browser.GetAsync("/signin");
        var answer = await browser.PostAsync("/signin", new() { ["username"] = "alice", ["password"] = AuthHost.Password });
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
    }

    [Fact]
    public async Task Ends_the_session_at_sign_out()
    {
        await host.AddPersonAsync("alice");
        using var browser = host.NewBrowser();
        await browser.SignInAsync("alice", ForConsole);
        var cookie = browser.Cookies["__Host-doorward-auth"];
        var page = await browser.GetAsync("/signout");
        Assert.Contains("You are signed out", (await browser.SubmitAsync(page, [])).Html);
        browser.Cookies["__Host-doorward-auth"] = cookie;
        Assert.Contains("name=\"username\"", (await browser.GetAsync(ForConsole)).Html);
    }

    [Fact]
    public async Task Tells_browsers_to_run_nothing_inline_and_never_to_frame_a_page()
    {
        using var browser = host.NewBrowser();
        var page = await browser.GetAsync(ForConsole);
        var policy = page.Response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains("default-src 'none'", policy);
        Assert.Contains("frame-ancestors 'none'", policy);
        Assert.Contains($"form-action 'self' https://console.{AuthHost.Domain}:{AuthHost.Port};", policy);
        Assert.DoesNotContain("unsafe", policy);
        Assert.Equal("nosniff", page.Response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal("same-origin", page.Response.Headers.GetValues("Referrer-Policy").Single());
        Assert.True(page.Response.Headers.CacheControl!.NoStore);
        Assert.DoesNotContain(" style=", page.Html);
        Assert.DoesNotContain("<script>", page.Html);
    }

    private static string WithoutTokens(string html) => System.Text.RegularExpressions.Regex.Replace(html, "value=\"CfDJ8[^\"]*\"", "");
}
