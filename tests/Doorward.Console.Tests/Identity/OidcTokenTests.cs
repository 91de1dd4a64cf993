using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Doorward.Control.Identity;
using Doorward.Control.Identity.Clients;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using OpenIddict.EntityFrameworkCore.Models;

namespace Doorward.Console.Tests.Identity;

/// <summary>Our provider as an attacker sees it: every request by hand.</summary>
public sealed class OidcTokenTests : IAsyncLifetime
{
    private const string Redirect = "https://client.example/back";
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private AuthHost host = null!;
    private TestBrowser browser = null!;

    public async ValueTask InitializeAsync()
    {
        host = await AuthHost.StartAsync();
        browser = host.NewBrowser();
        await host.AddPersonAsync("alice");
        await host.PutAsync(OidcClientSpec.Kind, "wiki", new OidcClientSpec { RedirectUris = [Redirect] });
        await host.PutAsync(OidcClientSpec.Kind, "other", new OidcClientSpec { RedirectUris = [Redirect] });
        await browser.SignInAsync("alice", "/signin?return=/signout");
    }

    public ValueTask DisposeAsync()
    {
        browser.Dispose();
        return host.DisposeAsync();
    }

    [Fact]
    public async Task Says_what_it_does_and_nothing_it_does_not()
    {
        var said = JsonSerializer.Deserialize<JsonElement>((await browser.GetAsync("/.well-known/openid-configuration")).Html);
        Assert.Equal(AuthHost.Origin, said.GetProperty("issuer").GetString()!.TrimEnd('/'));
        Assert.Equal(["S256"], Texts(said, "code_challenge_methods_supported"));
        Assert.Equal(["code"], Texts(said, "response_types_supported"));
        Assert.Equal(["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"], Texts(said, "grant_types_supported").Order(StringComparer.Ordinal));
        Assert.Equal(["RS256"], Texts(said, "id_token_signing_alg_values_supported"));
        Assert.True(said.GetProperty("authorization_response_iss_parameter_supported").GetBoolean());
        Assert.Contains("urn:doorward:assurance:3", Texts(said, "acr_values_supported"));
    }

    [Theory]
    [InlineData("code_verifier", "a-verifier-that-is-long-enough-but-not-the-one-asked")]
    [InlineData("code_verifier", null)]
    [InlineData("redirect_uri", "https://client.example/back/")]
    [InlineData("redirect_uri", null)]
    [InlineData("client_id", "other")]
    public async Task Redeems_a_code_only_for_whom_it_was_made(string field, string? value)
    {
        var fields = Redemption(await CodeAsync());
        if (value is null)
            fields.Remove(field);
        else
            fields[field] = value;
        var answer = await browser.PostAsync("/connect/token", fields, null);
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.DoesNotContain("access_token", answer.Html);
    }

    [Theory]
    [InlineData("late")]
    [InlineData("disabled")]
    [InlineData("signed-out")]
    [InlineData("idle")]
    [InlineData("client-deleted")]
    [InlineData("factors-changed")]
    public async Task An_open_code_is_dead_after(string what)
    {
        var code = await CodeAsync();
        await using (var db = host.OpenDb())
        {
            if (what == "disabled")
                (await db.Users.SingleAsync()).Disabled = true;
            else if (what == "client-deleted")
                db.Resources.Remove(await db.Resources.SingleAsync(resource => resource.Name == "wiki"));
            else if (what == "idle")
                (await db.Settings.SingleAsync()).IdleTimeout = TimeSpan.FromSeconds(10);
            await db.SaveChangesAsync();
        }
        if (what == "late")
            host.Time.Advance(TimeSpan.FromSeconds(31));
        else if (what == "idle")
            host.Time.Advance(TimeSpan.FromSeconds(11));
        else if (what == "signed-out")
            await browser.SubmitAsync(await browser.GetAsync("/signout"), []);
        else if (what == "factors-changed")
            await ChangePasswordElsewhereAsync();
        var answer = await browser.PostAsync("/connect/token", Redemption(code), null);
        Assert.DoesNotContain("access_token", answer.Html);
        Assert.Contains(what == "client-deleted" ? "invalid_client" : "invalid_grant", answer.Html);
    }

    [Fact]
    public async Task Redeems_a_code_once_when_many_try_at_the_same_time_and_keeps_nothing_of_it()
    {
        var fields = Redemption(await CodeAsync());
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => browser.PostAsync("/connect/token", fields, null))));
        Assert.InRange(answers.Count(answer => answer.Html.Contains("access_token", StringComparison.Ordinal)), 0, 1);
        foreach (var answer in answers.Where(answer => answer.Status == HttpStatusCode.OK))
            Assert.Contains("invalid_grant", (await RefreshAsync(Refresh(answer))).Html);
    }

    [Theory]
    [InlineData("code")]
    [InlineData("refresh")]
    public async Task A_second_use_ends_also_what_the_first_is_being_given(string what)
    {
        var code = Redemption(await CodeAsync());
        var refresh = Refresh(await browser.PostAsync("/connect/token", code, null));
        if (what == "refresh")
            Refresh(await RefreshAsync(refresh));
        var second = what == "code" ? await browser.PostAsync("/connect/token", code, null) : await RefreshAsync(refresh);
        Assert.Contains("invalid_grant", second.Html);
        await using var db = host.OpenDb();
        Assert.Equal("revoked", (await db.Set<OpenIddictEntityFrameworkCoreAuthorization>().SingleAsync()).Status);
    }

    [Fact]
    public async Task Refreshes_once_when_many_try_at_the_same_time_and_ends_the_family()
    {
        var refresh = Refresh(await browser.PostAsync("/connect/token", Redemption(await CodeAsync()), null));
        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => Task.Run(() => RefreshAsync(refresh))));
        Assert.InRange(answers.Count(answer => answer.Status == HttpStatusCode.OK), 0, 1);
        foreach (var answer in answers.Where(answer => answer.Status == HttpStatusCode.OK))
            Assert.Contains("invalid_grant", (await RefreshAsync(Refresh(answer))).Html);
    }

    [Fact]
    public async Task A_refresh_token_is_for_its_client_and_dies_by_revocation()
    {
        var refresh = Refresh(await browser.PostAsync("/connect/token", Redemption(await CodeAsync()), null));
        Assert.Contains("invalid_grant", (await RefreshAsync(refresh, "other")).Html);
        var second = Refresh(await RefreshAsync(refresh));
        Assert.Equal(HttpStatusCode.OK, (await browser.PostAsync("/connect/revoke", new() { ["token"] = second, ["client_id"] = "wiki" }, null)).Status);
        Assert.Contains("invalid_grant", (await RefreshAsync(second)).Html);
    }

    [Fact]
    public async Task Forgets_tokens_of_clients_once_no_session_can_use_them_and_not_before()
    {
        var sweep = ActivatorUtilities.CreateInstance<IdentitySweep>(host.Services);
        var refresh = Refresh(await browser.PostAsync("/connect/token", Redemption(await CodeAsync()), null));
        var second = Refresh(await RefreshAsync(refresh));
        await sweep.SweepAsync(CancellationToken.None);
        Assert.Contains("invalid_grant", (await RefreshAsync(refresh)).Html);
        Assert.Contains("invalid_grant", (await RefreshAsync(second)).Html); // the family ended, for the use before is still known
        await using var db = host.OpenDb();
        Assert.NotEmpty(await db.Set<OpenIddictEntityFrameworkCoreToken>().AsNoTracking().ToListAsync());

        var old = host.Time.GetUtcNow().AddDays(-8).UtcDateTime; // sessions live for seven
        await db.Set<OpenIddictEntityFrameworkCoreToken>().ExecuteUpdateAsync(set => set.SetProperty(token => token.CreationDate, old).SetProperty(token => token.ExpirationDate, old.AddDays(7)));
        await db.Set<OpenIddictEntityFrameworkCoreAuthorization>().ExecuteUpdateAsync(set => set.SetProperty(authorization => authorization.CreationDate, old));
        await sweep.SweepAsync(CancellationToken.None);
        Assert.Empty(await db.Set<OpenIddictEntityFrameworkCoreToken>().AsNoTracking().ToListAsync());
        Assert.Empty(await db.Set<OpenIddictEntityFrameworkCoreAuthorization>().AsNoTracking().ToListAsync());
    }

    [Fact]
    public async Task Leads_after_sign_out_only_to_an_address_that_a_client_has_now()
    {
        const string After = "https://client.example/bye";
        var path = $"/connect/logout?post_logout_redirect_uri={Uri.EscapeDataString(After)}";
        using var nobody = host.NewBrowser();
        Assert.Null((await nobody.GetAsync(path)).Location);
        await host.PutAsync(OidcClientSpec.Kind, "shop", new OidcClientSpec { RedirectUris = [Redirect], PostLogoutRedirectUris = [After] });
        Assert.StartsWith(After, (await nobody.GetAsync(path)).Location);
        await using (var db = host.OpenDb())
        {
            db.Resources.Remove(await db.Resources.SingleAsync(resource => resource.Name == "shop"));
            await db.SaveChangesAsync();
        }
        Assert.Null((await nobody.GetAsync(path)).Location);
    }

    [Theory]
    [InlineData("https://client.example/back", "https://client.example;")]
    [InlineData("https://client.example:8444/back", "https://client.example:8444;")]
    [InlineData("https://x;sandbox;@client.example/back", "https://client.example;")]
    public async Task Lets_no_return_address_write_into_the_page_policy(string redirect, string source)
    {
        using var nobody = host.NewBrowser();
        var page = await nobody.GetAsync($"/signin?return={Uri.EscapeDataString($"/connect/authorize?redirect_uri={Uri.EscapeDataString(redirect)}")}");
        var policy = page.Response.Headers.GetValues("Content-Security-Policy").Single();
        Assert.Contains($"form-action 'self' {source} frame-ancestors 'none'", policy);
        Assert.DoesNotContain("sandbox", policy);
    }

    [Theory]
    [InlineData("openid admin")]
    [InlineData("openid profile unknown")]
    public async Task Refuses_scopes_that_nobody_registered(string scope)
    {
        var answer = await AuthorizeAsync(new() { ["scope"] = scope });
        Assert.Equal(HttpStatusCode.BadRequest, answer.Status);
        Assert.Contains("invalid_scope", answer.Html);
        Assert.Null(answer.Location);
    }

    [Theory]
    [InlineData("request", "eyJhbGciOiJub25lIn0.e30.")]
    [InlineData("request_uri", "https://evil.example/request")]
    [InlineData("response_mode", "web_message")]
    public async Task Refuses_what_could_change_a_request_behind_its_back(string parameter, string value)
    {
        var answer = await AuthorizeAsync(new() { [parameter] = value });
        Assert.DoesNotContain("&code=", answer.Location ?? "");
        Assert.DoesNotContain("?code=", answer.Location ?? "");
    }

    [Fact]
    public async Task Asks_again_for_prompt_login_and_then_gives_a_code_of_the_fresh_sign_in()
    {
        host.Time.Advance(TimeSpan.FromMinutes(1));
        var asked = await AuthorizeAsync(new() { ["prompt"] = "login" });
        Assert.Contains("Confirm it is you", asked.Html);
        var second = await browser.SubmitAsync(asked, new() { ["username"] = "alice", ["password"] = AuthHost.Password });
        var back = await browser.SubmitAsync(second, new() { ["code"] = host.Code() });
        var answer = await browser.PostAsync("/connect/token", Redemption(QueryHelpers.ParseQuery(new Uri(back.Location!).Query)["code"]!), null);
        Assert.Equal(host.Time.GetUtcNow().ToUnixTimeSeconds(), Claims(answer).GetProperty("auth_time").GetInt64());
    }

    [Theory]
    [InlineData("urn:doorward:assurance:3")]
    [InlineData("phr")]
    public async Task Steps_up_for_the_assurance_that_a_client_wants_and_says_so_when_nobody_may_be_asked(string acr)
    {
        var asked = await AuthorizeAsync(new() { ["acr_values"] = acr });
        Assert.Null(asked.Location);
        Assert.StartsWith("/signin", asked.Path);
        var silent = await AuthorizeAsync(new() { ["acr_values"] = acr, ["prompt"] = "none" });
        Assert.Contains("error=login_required", silent.Location);
        Assert.Contains("code=", (await AuthorizeAsync(new() { ["acr_values"] = "urn:doorward:assurance:2", ["prompt"] = "none" })).Location);
    }

    [Fact]
    public async Task Asks_for_the_secret_of_a_client_that_has_one_and_keeps_only_its_hash()
    {
        const string Secret = "a secret that only this client knows";
        await host.PutAsync(OidcClientSpec.Kind, "shop", new OidcClientSpec { RedirectUris = [Redirect], ClientSecretHash = ClientSecrets.Hash(Secret) });
        var code = await CodeAsync("shop");
        foreach (var wrong in new[] { null, "", "another secret of some length", ClientSecrets.Hash(Secret) })
        {
            var fields = Redemption(code, "shop");
            if (wrong is not null)
                fields["client_secret"] = wrong;
            Assert.Contains("invalid_client", (await browser.PostAsync("/connect/token", fields, null)).Html);
        }
        var answer = await browser.PostAsync("/connect/token", new(Redemption(code, "shop")) { ["client_secret"] = Secret }, null);
        Assert.Contains("access_token", answer.Html);
        Assert.Contains("invalid_client", (await RefreshAsync(Refresh(answer), "shop")).Html);
        await using var db = host.OpenDb();
        await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE)");
        Assert.Equal(-1, (await File.ReadAllBytesAsync(host.DatabaseFile)).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret)));
    }

    [Fact]
    public async Task Tells_nothing_for_a_token_of_another_kind_or_maker()
    {
        var answer = await browser.PostAsync("/connect/token", Redemption(await CodeAsync()), null);
        var tokens = JsonSerializer.Deserialize<JsonElement>(answer.Html);
        var access = tokens.GetProperty("access_token").GetString()!;
        Assert.Contains("\"sub\"", (await UserInfoAsync(access)).Html);
        foreach (var other in new[] { tokens.GetProperty("id_token").GetString()!, tokens.GetProperty("refresh_token").GetString()!, $"{access[..^6]}AAAAAA", "x", Unsigned(access) })
            Assert.DoesNotContain("\"sub\"", (await UserInfoAsync(other)).Html);
        host.Time.Advance(OidcServer.AccessTokenLifetime + TimeSpan.FromSeconds(1));
        Assert.DoesNotContain("\"sub\"", (await UserInfoAsync(access)).Html);
    }

    private static string Unsigned(string token)
    {
        var parts = token.Split('.');
        return $"{WebEncoders.Base64UrlEncode("""{"alg":"none","typ":"at+jwt"}"""u8)}.{parts[1]}.";
    }

    private Task<TestBrowser.Answer> UserInfoAsync(string token) => browser.PostAsync("/connect/userinfo", new() { ["access_token"] = token }, null);

    private async Task ChangePasswordElsewhereAsync()
    {
        using var elsewhere = host.NewBrowser();
        await elsewhere.SignInAsync("alice", "/signin?return=/signout", host.Code(1));
        var page = await elsewhere.GetAsync("/factors");
        Assert.Contains("done=password", (await elsewhere.SubmitAsync(page, new() { ["password"] = "a new passphrase of many words" })).Path);
    }

    private async Task<string> CodeAsync(string client = "wiki")
    {
        var answer = await AuthorizeAsync(new() { ["client_id"] = client });
        return QueryHelpers.ParseQuery(new Uri(answer.Location!).Query)["code"]!;
    }

    private Task<TestBrowser.Answer> AuthorizeAsync(Dictionary<string, string?> changes)
    {
        var query = new Dictionary<string, string?>
        {
            ["client_id"] = "wiki",
            ["redirect_uri"] = Redirect,
            ["response_type"] = "code",
            ["scope"] = "openid offline_access",
            ["state"] = "s",
            ["code_challenge"] = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(Verifier))),
            ["code_challenge_method"] = "S256",
        };
        foreach (var (name, value) in changes)
            query[name] = value;
        return browser.GetAsync(QueryHelpers.AddQueryString("/connect/authorize", query));
    }

    private static Dictionary<string, string> Redemption(string code, string client = "wiki") => new()
    {
        ["grant_type"] = "authorization_code",
        ["code"] = code,
        ["redirect_uri"] = Redirect,
        ["client_id"] = client,
        ["code_verifier"] = Verifier,
    };

    private Task<TestBrowser.Answer> RefreshAsync(string token, string client = "wiki") =>
        browser.PostAsync("/connect/token", new() { ["grant_type"] = "refresh_token", ["refresh_token"] = token, ["client_id"] = client }, null);

    private static string Refresh(TestBrowser.Answer answer) => JsonSerializer.Deserialize<JsonElement>(answer.Html).GetProperty("refresh_token").GetString()!;

    private static JsonElement Claims(TestBrowser.Answer answer) => JsonSerializer.Deserialize<JsonElement>(
        WebEncoders.Base64UrlDecode(JsonSerializer.Deserialize<JsonElement>(answer.Html).GetProperty("id_token").GetString()!.Split('.')[1]));

    private static IEnumerable<string?> Texts(JsonElement of, string name) => of.GetProperty(name).EnumerateArray().Select(item => item.GetString());
}
