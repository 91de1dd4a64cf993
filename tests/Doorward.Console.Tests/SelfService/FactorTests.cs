using System.Net;
using Doorward.Control.Identity;
using Doorward.Control.Resources;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console.Tests.SelfService;

public sealed class FactorTests : IAsyncLifetime
{
    private const string SessionCookie = "__Host-doorward-auth";
    private AuthHost host = null!;

    public async ValueTask InitializeAsync()
    {
        host = await AuthHost.StartAsync();
        await host.AddPersonAsync("alice");
    }

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Theory]
    [InlineData("/factors/password", "password", "a new passphrase of many words")]
    [InlineData("/factors/totp", "code", "123456")]
    [InlineData("/factors/totp/remove", null, null)]
    [InlineData("/factors/passkeys/options", null, null)]
    [InlineData("/factors/passkeys", "credential", "{}")]
    [InlineData("/factors/passkeys/remove", "id", "AAAA")]
    [InlineData("/factors/recovery", null, null)]
    [InlineData("/devices/invite", "name", "laptop")]
    public async Task Changes_nothing_without_a_sign_in_of_the_last_minutes(string path, string? field, string? value)
    {
        using var browser = host.NewBrowser();
        await browser.SignInAsync("alice", "/signin?return=/factors");
        var token = Token(await browser.GetAsync("/factors"));
        host.Time.Advance(TimeSpan.FromMinutes(6));
        var fields = new Dictionary<string, string>(token);
        if (field is not null)
            fields[field] = value!;
        var answer = await browser.PostAsync(path, fields);
        Assert.Contains("Confirm it is you", answer.Html);
        Assert.Contains("max_age=300", answer.Path);
        using var nobody = host.NewBrowser();
        fields["csrf"] = Token(await nobody.GetAsync("/signin"))["csrf"];
        Assert.StartsWith("/signin?return=", (await nobody.PostAsync(path, fields)).Path);
    }

    [Fact]
    public async Task Changes_nothing_on_a_fresh_password_alone_when_there_is_a_second_factor()
    {
        using var browser = host.NewBrowser();
        await using (var db = host.OpenDb())
        {
            var user = await db.Users.AsNoTracking().SingleAsync();
            var weak = await host.Services.GetRequiredService<Control.Sessions.SessionStore>().StartAsync(
                new() { UserId = user.Id, Assurance = 1, Methods = ["pwd"], SecurityEpoch = user.SecurityEpoch }, CancellationToken.None);
            browser.Cookies[SessionCookie] = weak!.Cookie;
        }
        var token = Token(await browser.GetAsync("/sessions"));
        var answer = await browser.PostAsync("/factors/totp/remove", token);
        Assert.Contains("assurance=2", answer.Path);
        await using var after = host.OpenDb();
        Assert.NotNull((await after.Users.SingleAsync()).TotpSecretSealed);
    }

    [Fact]
    public async Task Ends_every_other_session_of_the_person_and_no_one_elses_with_a_change()
    {
        await host.AddPersonAsync("bob");
        using var here = host.NewBrowser();
        using var elsewhere = host.NewBrowser();
        using var bobs = host.NewBrowser();
        await elsewhere.SignInAsync("alice", "/signin?return=/signout");
        await bobs.SignInAsync("bob", "/signin?return=/signout");
        await here.SignInAsync("alice", "/signin?return=/signout", host.Code(1));
        var done = await here.PostAsync("/factors/password", new(Token(await here.GetAsync("/factors"))) { ["password"] = "a new passphrase of many words" });
        Assert.Contains("done=password", done.Path);
        Assert.StartsWith("/signin", (await elsewhere.GetAsync("/sessions")).Path);
        Assert.Equal("/sessions", (await here.GetAsync("/sessions")).Path);
        Assert.Equal("/sessions", (await bobs.GetAsync("/sessions")).Path);
    }

    [Fact]
    public async Task Ends_own_sessions_only_whatever_id_is_sent()
    {
        await host.AddPersonAsync("bob");
        using var alice = host.NewBrowser();
        using var bob = host.NewBrowser();
        await alice.SignInAsync("alice", "/signin?return=/signout");
        await bob.SignInAsync("bob", "/signin?return=/signout");
        await using var db = host.OpenDb();
        var bobs = await db.Users.Where(user => user.UserName == "bob").Join(db.Sessions, user => user.Id, session => session.UserId, (_, session) => session.Id).SingleAsync();
        await alice.PostAsync("/sessions/end", new(Token(await alice.GetAsync("/sessions"))) { ["id"] = bobs });
        Assert.Equal("/sessions", (await bob.GetAsync("/sessions")).Path);
        await alice.PostAsync("/sessions/end-others", Token(await alice.GetAsync("/sessions")));
        Assert.Equal("/sessions", (await bob.GetAsync("/sessions")).Path);
    }

    [Fact]
    public async Task Ends_all_other_sessions_at_once()
    {
        using var here = host.NewBrowser();
        using var elsewhere = host.NewBrowser();
        await elsewhere.SignInAsync("alice", "/signin?return=/signout");
        await here.SignInAsync("alice", "/signin?return=/signout", host.Code(1));
        Assert.Contains("ended=1", (await here.PostAsync("/sessions/end-others", Token(await here.GetAsync("/sessions")))).Path);
        Assert.StartsWith("/signin", (await elsewhere.GetAsync("/sessions")).Path);
        Assert.Equal("/sessions", (await here.GetAsync("/sessions")).Path);
    }

    [Fact]
    public async Task The_last_administrator_keeps_a_second_factor_and_one_of_two_need_not()
    {
        await host.PutAsync(ResourceKinds.Group, BuiltIns.Administrators, new GroupSpec { Members = ["alice"] });
        await ActivatorUtilities.CreateInstance<Control.Policies.SystemResources>(host.Services).EnsureAsync(CancellationToken.None);
        using var browser = host.NewBrowser();
        await browser.SignInAsync("alice", "/signin?return=/signout");
        var refused = await browser.PostAsync("/factors/totp/remove", Token(await browser.GetAsync("/factors")));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.Status);
        Assert.Contains("last administrator", refused.Html);
        Assert.True(await HasTotpAsync("alice"));
        await host.AddPersonAsync("bob");
        await using (var db = host.OpenDb())
        {
            var group = await db.Resources.SingleAsync(resource => resource.Name == BuiltIns.Administrators);
            group.Json = """{"members":["alice","bob"]}""";
            await db.SaveChangesAsync();
        }
        Assert.Contains("done=totp-removed", (await browser.PostAsync("/factors/totp/remove", Token(await browser.GetAsync("/factors")))).Path);
        Assert.False(await HasTotpAsync("alice"));
    }

    [Fact]
    public async Task Two_administrators_who_remove_their_factors_at_once_do_not_both_succeed()
    {
        await host.AddPersonAsync("bob");
        await host.PutAsync(ResourceKinds.Group, BuiltIns.Administrators, new GroupSpec { Members = ["alice", "bob"] });
        await ActivatorUtilities.CreateInstance<Control.Policies.SystemResources>(host.Services).EnsureAsync(CancellationToken.None);
        using var alice = host.NewBrowser();
        using var bob = host.NewBrowser();
        await alice.SignInAsync("alice", "/signin?return=/signout");
        await bob.SignInAsync("bob", "/signin?return=/signout");
        var (hers, his) = (Token(await alice.GetAsync("/factors")), Token(await bob.GetAsync("/factors")));
        var answers = await Task.WhenAll(Task.Run(() => alice.PostAsync("/factors/totp/remove", hers)), Task.Run(() => bob.PostAsync("/factors/totp/remove", his)));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.UnprocessableEntity);
        Assert.True(await HasTotpAsync("alice") ^ await HasTotpAsync("bob"));
    }

    [Theory]
    [InlineData("/factors/totp")]
    [InlineData("/factors/passkeys")]
    [InlineData("/factors/password")]
    [InlineData("/factors/recovery")]
    public async Task Who_signs_in_through_a_provider_gets_no_factor_here_that_would_outlive_the_account_there(string path)
    {
        using var browser = host.NewBrowser();
        using var authenticator = new SoftAuthenticator();
        Dictionary<string, string> token;
        string options, secret;
        await browser.SignInAsync("alice", "/signin?return=/signout");
        var page = await browser.GetAsync("/factors/totp");
        secret = page.Forms.Single(form => form.Inputs.ContainsKey("secret")).Inputs["secret"];
        token = Token(page);
        options = (await browser.PostAsync("/factors/passkeys/options", token)).Html;
        await using (var db = host.OpenDb())
        {
            var user = await db.Users.SingleAsync();
            (user.IdentityProvider, user.ExternalSubject, user.PasswordHash, user.TotpSecretSealed) = ("corp", "https://corp.example 1", null, null);
            await db.SaveChangesAsync();
        }
        var code = Control.Identity.Totp.TotpSecret.Parse(System.Text.RegularExpressions.Regex.Match(page.Html, "by hand: <span class=\"code\">([A-Z2-7 ]+)<").Groups[1].Value)!.CodeAt(host.Time.GetUtcNow());
        await browser.PostAsync(path, new(token) { ["password"] = "a new passphrase of many words", ["secret"] = secret, ["code"] = code, ["credential"] = authenticator.Create(options) });
        await using var after = host.OpenDb();
        var now = await after.Users.SingleAsync();
        Assert.Null(now.PasswordHash);
        Assert.Null(now.TotpSecretSealed);
        Assert.Empty(await after.UserPasskeys.ToListAsync());
        Assert.Empty(await after.RecoveryCodes.ToListAsync());
    }

    private async Task<bool> HasTotpAsync(string name)
    {
        await using var db = host.OpenDb();
        return await db.Users.AnyAsync(user => user.UserName == name && user.TotpSecretSealed != null);
    }

    private static Dictionary<string, string> Token(TestBrowser.Answer page) => new() { ["csrf"] = page.Forms.First(form => form.Inputs.ContainsKey("csrf")).Inputs["csrf"] };
}
