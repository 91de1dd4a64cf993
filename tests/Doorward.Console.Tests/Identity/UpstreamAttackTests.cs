using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Doorward.Control.Resources.IdentityProviders;
using Doorward.Control.Storage;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Console.Tests.Identity;

/// <summary>What a provider, or whoever speaks in its place, must not get past us.</summary>
public sealed class UpstreamAttackTests : IAsyncLifetime
{
    private AuthHost host = null!;
    private LyingProvider provider = null!;

    public async ValueTask InitializeAsync()
    {
        host = await AuthHost.StartAsync();
        provider = await LyingProvider.StartAsync(host.Time);
        await host.PutAsync(ResourceKinds.IdentityProvider, "corp", Spec());
    }

    public async ValueTask DisposeAsync()
    {
        await provider.DisposeAsync();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Believes_a_provider_that_says_what_it_should()
    {
        using var browser = host.NewBrowser();
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync(browser)).Status);
        await using var db = host.OpenDb();
        Assert.Equal($"{provider.Issuer} sub-1", (await db.Users.SingleAsync()).ExternalSubject);
        Assert.Equal(2, (await db.Sessions.SingleAsync()).Assurance);
    }

    [Theory]
    [InlineData("aud-other")]
    [InlineData("aud-many-no-azp")]
    [InlineData("azp-other")]
    [InlineData("iss-other")]
    [InlineData("expired")]
    [InlineData("no-exp")]
    [InlineData("not-yet")]
    [InlineData("nonce-other")]
    [InlineData("no-nonce")]
    [InlineData("no-sub")]
    [InlineData("alg-none")]
    [InlineData("alg-hs256")]
    [InlineData("key-embedded")]
    [InlineData("key-unknown")]
    [InlineData("altered")]
    [InlineData("userinfo-other")]
    [InlineData("issuer-moved")]
    [InlineData("plain-userinfo")]
    public async Task Lets_nobody_in_on_an_answer_that_is_wrong_in_one_place(string what)
    {
        provider.Lie = what;
        using var browser = host.NewBrowser();
        var answer = await SignInAsync(browser);
        Assert.Equal(HttpStatusCode.BadGateway, answer.Status);
        Assert.Contains("The Corp does not work right now", answer.Html);
        Assert.DoesNotContain("__Host-doorward-auth", browser.Cookies.Keys);
        await using var db = host.OpenDb();
        Assert.Empty(await db.Users.ToListAsync());
    }

    [Fact]
    public async Task Is_not_raised_by_levels_that_the_operator_did_not_map()
    {
        provider.Acr = "urn:corp:super";
        using var browser = host.NewBrowser();
        await SignInAsync(browser);
        await using var db = host.OpenDb();
        Assert.Equal(1, (await db.Sessions.SingleAsync()).Assurance);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(-3600)]
    public async Task Takes_no_old_or_untold_sign_in_for_the_fresh_one_that_was_asked_for(int? age)
    {
        using var browser = host.NewBrowser();
        await SignInAsync(browser);
        host.Time.Advance(TimeSpan.FromHours(2));
        provider.AuthTime = age is { } seconds ? host.Time.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds() : null;
        Assert.Equal(HttpStatusCode.BadGateway, (await SignInAsync(browser, "/signin/with/corp?return=/signout&max_age=300")).Status);
        provider.AuthTime = host.Time.GetUtcNow().ToUnixTimeSeconds();
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync(browser, "/signin/with/corp?return=/signout&max_age=300")).Status);
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData("true", false, true)]
    [InlineData(false, false, false)]
    [InlineData(null, false, false)]
    [InlineData("yes", false, false)]
    [InlineData(null, true, true)]
    public async Task Takes_an_address_only_when_the_provider_calls_it_verified_or_the_operator_trusts_it(object? verified, bool trusted, bool taken)
    {
        provider.EmailVerified = verified;
        await using (var db = host.OpenDb())
        {
            (await db.Resources.SingleAsync(resource => resource.Name == "corp")).Json = JsonSerializer.Serialize(Spec() with { UnverifiedEmail = trusted }, JsonSerializerOptions.Web);
            await db.SaveChangesAsync();
        }
        using var browser = host.NewBrowser();
        Assert.Equal(HttpStatusCode.OK, (await SignInAsync(browser)).Status);
        await using var after = host.OpenDb();
        Assert.Equal(taken ? "dana@corp.example" : null, (await after.Users.SingleAsync()).Email);
    }

    [Theory]
    [InlineData(-60, true)]
    [InlineData(-3600, false)]
    [InlineData(null, false)]
    public async Task A_sign_in_is_as_fresh_as_the_provider_says_and_not_at_all_when_it_does_not(int? age, bool fresh)
    {
        provider.AuthTime = age is { } seconds ? host.Time.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds() : null;
        using var browser = host.NewBrowser();
        await SignInAsync(browser);
        Assert.Equal(fresh ? "/sessions" : "/signin", (await browser.GetAsync("/signin?return=/sessions&max_age=300")).Path.Split('?')[0]);
    }

    [Fact]
    public async Task An_answer_of_one_provider_is_none_of_another()
    {
        await using var evil = await LyingProvider.StartAsync(host.Time);
        await host.PutAsync(ResourceKinds.IdentityProvider, "evil", Spec("evil") with { Issuer = new Uri(evil.Issuer) });
        using var browser = host.NewBrowser();
        var asked = await browser.GetAsync("/signin/with/corp?return=/signout");
        var state = QueryHelpers.ParseQuery(new Uri(asked.Location!).Query)["state"].ToString();
        var mixed = await browser.GetAsync($"/signin/from/evil?code=x&state={state}&iss={Uri.EscapeDataString(evil.Issuer)}");
        Assert.Equal(HttpStatusCode.BadRequest, mixed.Status);
    }

    [Fact]
    public async Task The_same_subject_of_another_issuer_is_somebody_else()
    {
        await using var other = await LyingProvider.StartAsync(host.Time);
        await host.PutAsync(ResourceKinds.IdentityProvider, "other", Spec("other") with { Issuer = new Uri(other.Issuer) });
        using var browser = host.NewBrowser();
        await SignInAsync(browser);
        await SignInAsync(browser, "/signin/with/other?return=/signout", other);
        await using var db = host.OpenDb();
        Assert.Equal(["dana@corp", "dana@other"], await db.Users.OrderBy(user => user.UserName).Select(user => user.UserName!).ToListAsync());
    }

    [Fact]
    public async Task Nobody_gets_the_account_of_a_local_person_by_name_or_address()
    {
        await host.AddPersonAsync("dana");
        await using (var db = host.OpenDb())
        {
            (await db.Users.SingleAsync()).Email = "dana@corp.example";
            await db.SaveChangesAsync();
        }
        using var browser = host.NewBrowser();
        await SignInAsync(browser);
        await using var after = host.OpenDb();
        Assert.Equal("dana@corp", (await after.Users.SingleAsync(user => user.IdentityProvider == "corp")).UserName);
        Assert.NotEqual((await after.Users.SingleAsync(user => user.UserName == "dana")).Id, (await after.Sessions.SingleAsync()).UserId);
    }

    [Theory]
    [InlineData("disabled")]
    [InlineData("deleted")]
    public async Task A_provider_that_is_switched_off_takes_its_sessions_along(string how)
    {
        await host.AddPersonAsync("alice");
        using var local = host.NewBrowser();
        using var browser = host.NewBrowser();
        await local.SignInAsync("alice", "/signin?return=/signout");
        await SignInAsync(browser);
        Assert.Equal("/sessions", (await browser.GetAsync("/sessions")).Path);
        await using (var db = host.OpenDb())
        {
            var document = await db.Resources.SingleAsync(resource => resource.Name == "corp");
            if (how == "deleted")
                db.Resources.Remove(document);
            else
                document.Json = JsonSerializer.Serialize(Spec() with { Disabled = true }, JsonSerializerOptions.Web);
            await db.SaveChangesAsync();
        }
        Assert.StartsWith("/signin", (await browser.GetAsync("/sessions")).Path);
        Assert.Equal("/sessions", (await local.GetAsync("/sessions")).Path);
        Assert.Equal(HttpStatusCode.NotFound, (await browser.GetAsync("/signin/with/corp")).Status);
    }

    private IdentityProviderSpec Spec(string name = "corp") => new()
    {
        DisplayName = "The Corp",
        Issuer = new Uri(provider.Issuer),
        ClientId = "doorward",
        ClientSecretSealed = host.Sealer.Seal(SecretPurposes.IdentityProviderSecret, name, LyingProvider.ClientSecret),
        Acr = new Dictionary<string, int> { ["urn:corp:mfa"] = 2 }.ToImmutableSortedDictionary(),
    };

    private async Task<TestBrowser.Answer> SignInAsync(TestBrowser browser, string path = "/signin/with/corp?return=/signout", LyingProvider? at = null)
    {
        var asked = await browser.GetAsync(path);
        if (asked.Location is null)
            return asked;
        var query = QueryHelpers.ParseQuery(new Uri(asked.Location).Query);
        Assert.Equal("S256", query["code_challenge_method"]);
        Assert.True(query.ContainsKey("max_age")); // or the provider need not say when
        (at ?? provider).Nonce = query["nonce"]!;
        return await browser.GetAsync($"{new Uri(query["redirect_uri"]!).AbsolutePath}?code=good&state={query["state"]}");
    }
}
