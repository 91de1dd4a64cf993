using System.Net;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Console.Tests.Identity;

public sealed class PasskeyTests : IAsyncLifetime
{
    private AuthHost host = null!;
    private readonly SoftAuthenticator passkey = new();

    public async ValueTask InitializeAsync()
    {
        host = await AuthHost.StartAsync();
        await host.AddPersonAsync("alice");
        await RegisterAsync("alice", passkey);
    }

    public async ValueTask DisposeAsync()
    {
        passkey.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task Signs_in_phishing_resistant_without_a_name_and_raises_the_counter()
    {
        passkey.Counter = 7;
        using var browser = host.NewBrowser();
        Assert.True(await UseAsync(browser));
        await using var db = host.OpenDb();
        Assert.Equal((3, 7u), ((await db.Sessions.OrderByDescending(session => session.Created).FirstAsync(session => session.Ended == null && session.Assurance == 3)).Assurance,
            (await db.UserPasskeys.SingleAsync()).Data.SignCount));
    }

    [Theory]
    [InlineData("origin")]
    [InlineData("sibling")]
    [InlineData("relying-party")]
    [InlineData("not-verified")]
    [InlineData("not-present")]
    [InlineData("cross-origin")]
    [InlineData("type")]
    [InlineData("counter-same")]
    [InlineData("counter-back")]
    public async Task Refuses_an_answer_that_was_not_made_here_by_its_owner(string what)
    {
        passkey.Counter = 5;
        using (var before = host.NewBrowser())
            Assert.True(await UseAsync(before));
        passkey.Counter = what switch { "counter-same" => 5u, "counter-back" => 4u, _ => 6u };
        switch (what)
        {
            case "origin": passkey.Origin = "https://auth.doorward.example:8443"; break;
            case "sibling": passkey.Origin = $"https://wiki.{AuthHost.Domain}:{AuthHost.Port}"; break;
            case "relying-party": passkey.RelyingParty = AuthHost.Domain; break;
            case "not-verified": passkey.UserVerified = false; break;
            case "not-present": passkey.UserPresent = false; break;
            case "cross-origin": passkey.CrossOrigin = true; break;
        }
        using var browser = host.NewBrowser();
        Assert.False(await UseAsync(browser, type: what == "type" ? "webauthn.create" : "webauthn.get"));
    }

    [Fact]
    public async Task Refuses_a_passkey_of_one_person_as_that_of_another()
    {
        var bob = await host.AddPersonAsync("bob");
        var own = passkey.UserHandle;
        passkey.Counter = 5;
        passkey.UserHandle = System.Buffers.Text.Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes(bob.Id));
        using (var browser = host.NewBrowser())
            Assert.False(await UseAsync(browser));
        passkey.UserHandle = own;
        using var again = host.NewBrowser();
        Assert.True(await UseAsync(again));
    }

    [Fact]
    public async Task Answers_a_challenge_once_even_when_the_browser_keeps_its_cookie()
    {
        passkey.Counter = 5;
        using var browser = host.NewBrowser();
        var (page, options) = await AskAsync(browser);
        var kept = browser.Cookies["__Host-doorward-passkey"];
        Assert.True(await AnswerAsync(browser, page, passkey.Get(options)));
        passkey.Counter = 6;
        using var thief = host.NewBrowser();
        var stolen = await thief.GetAsync("/signin");
        thief.Cookies["__Host-doorward-passkey"] = kept;
        Assert.False(await AnswerAsync(thief, stolen, passkey.Get(options)));
    }

    [Fact]
    public async Task Answers_a_challenge_once_even_from_many_browsers_at_the_same_time()
    {
        passkey.Counter = 5;
        using var asked = host.NewBrowser();
        var (_, options) = await AskAsync(asked);
        var answer = passkey.Get(options);
        var browsers = Enumerable.Range(0, 12).Select(_ => host.NewBrowser()).ToList();
        var pages = await Task.WhenAll(browsers.Select(browser => browser.GetAsync("/signin")));
        browsers.ForEach(browser => browser.Cookies["__Host-doorward-passkey"] = asked.Cookies["__Host-doorward-passkey"]);
        var answers = await Task.WhenAll(browsers.Zip(pages, (browser, page) => AnswerAsync(browser, page, answer)));
        Assert.Single(answers, signedIn => signedIn);
        browsers.ForEach(browser => browser.Dispose());
    }

    [Fact]
    public async Task Refuses_a_challenge_of_another_browser_a_late_one_and_none()
    {
        passkey.Counter = 5;
        using var browser = host.NewBrowser();
        var (page, options) = await AskAsync(browser);
        using (var other = host.NewBrowser())
        {
            var (theirs, _) = await AskAsync(other);
            Assert.False(await AnswerAsync(other, theirs, passkey.Get(options)));
            Assert.False(await AnswerAsync(other, theirs, passkey.Get(options)));
        }
        host.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.False(await AnswerAsync(browser, page, passkey.Get(options)));
    }

    [Fact]
    public async Task A_challenge_to_make_a_passkey_is_none_to_sign_in_with()
    {
        passkey.Counter = 5;
        using var browser = host.NewBrowser();
        await browser.SignInAsync("alice", "/signin?return=/signout", host.Code(1));
        var (page, options) = await OfferAsync(browser);
        Assert.False(await AnswerAsync(browser, page, passkey.Get(options), keepsSession: true));
    }

    [Fact]
    public async Task Takes_no_passkey_that_is_registered_already_or_was_not_verified()
    {
        await host.AddPersonAsync("bob");
        using var unverified = new SoftAuthenticator { UserVerified = false };
        using var browser = host.NewBrowser();
        await browser.SignInAsync("bob", "/signin?return=/signout");
        foreach (var authenticator in new[] { passkey, unverified })
        {
            var (page, options) = await OfferAsync(browser);
            await browser.SubmitAsync(page, new() { ["credential"] = authenticator.Create(options), ["name"] = "x" });
        }
        await using var db = host.OpenDb();
        Assert.Single(await db.UserPasskeys.ToListAsync());
    }

    [Fact]
    public async Task Opens_nothing_once_it_was_removed_or_its_owner_disabled()
    {
        passkey.Counter = 5;
        await using (var db = host.OpenDb())
        {
            (await db.Users.SingleAsync(user => user.UserName == "alice")).Disabled = true;
            await db.SaveChangesAsync();
        }
        using var browser = host.NewBrowser();
        Assert.False(await UseAsync(browser));
        await using (var db = host.OpenDb())
        {
            (await db.Users.SingleAsync(user => user.UserName == "alice")).Disabled = false;
            db.UserPasskeys.RemoveRange(await db.UserPasskeys.ToListAsync());
            await db.SaveChangesAsync();
        }
        using var later = host.NewBrowser();
        Assert.False(await UseAsync(later));
    }

    [Fact]
    public async Task Answers_that_fail_make_their_maker_wait_like_failed_passwords()
    {
        passkey.Counter = 5;
        passkey.Origin = "https://auth.doorward.example:8443";
        using var browser = host.NewBrowser();
        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.UnprocessableEntity, await StatusAsync(browser));
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(browser));
        Assert.Equal(HttpStatusCode.TooManyRequests, (await PasswordAsync("alice")).Status); // passwords and passkeys are counted together

        passkey.Origin = AuthHost.Origin;
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(browser)); // a right answer is not even looked at
        host.Time.Advance(TimeSpan.FromSeconds(31));
        Assert.True(await UseAsync(browser));
        Assert.NotEqual(HttpStatusCode.TooManyRequests, (await PasswordAsync("alice")).Status);
    }

    [Fact]
    public async Task Passwords_that_strangers_fail_do_not_keep_the_owner_of_a_passkey_out()
    {
        for (var i = 0; i < 6; i++)
            await PasswordAsync("alice");
        Assert.Equal(HttpStatusCode.TooManyRequests, (await PasswordAsync("alice")).Status);
        passkey.Counter = 5;
        using var browser = host.NewBrowser();
        Assert.True(await UseAsync(browser));
    }

    [Fact]
    public async Task Answers_with_nobodys_passkey_count_for_the_address_they_come_from()
    {
        using var unknown = new SoftAuthenticator();
        using var browser = host.NewBrowser();
        var (page, options) = await AskAsync(browser);
        Assert.False(await AnswerAsync(browser, page, unknown.Get(options)));
        await using var db = host.OpenDb();
        var line = (await db.RateLimits.ToListAsync()).Single(counter => counter.Key.StartsWith("line:", StringComparison.Ordinal));
        Assert.Equal(1, line.Count);
        Assert.Empty(await db.Failures.ToListAsync()); // and for no account: anybody can name anybody's
        line.Count = 300;
        await db.SaveChangesAsync();

        passkey.Counter = 5;
        Assert.Equal(HttpStatusCode.TooManyRequests, await StatusAsync(browser));
    }

    [Fact]
    public async Task Two_answers_with_the_same_counter_at_the_same_time_are_one()
    {
        passkey.Counter = 5;
        var browsers = Enumerable.Range(0, 6).Select(_ => host.NewBrowser()).ToList();
        var asked = new List<(TestBrowser.Answer Page, string Options)>();
        foreach (var browser in browsers)
            asked.Add(await AskAsync(browser));
        var answers = await Task.WhenAll(browsers.Zip(asked, (browser, challenge) => AnswerAsync(browser, challenge.Page, passkey.Get(challenge.Options))));
        Assert.Single(answers, signedIn => signedIn);
        browsers.ForEach(browser => browser.Dispose());
    }

    [Fact]
    public async Task Answers_that_are_stopped_wait_for_no_writer_and_those_that_fail_keep_nothing_but_a_count()
    {
        using var unknown = new SoftAuthenticator();
        using var browser = host.NewBrowser();
        var (page, options) = await AskAsync(browser);
        Assert.False(await AnswerAsync(browser, page, unknown.Get(options)));
        await using var db = host.OpenDb();
        var counters = await db.RateLimits.ToListAsync();
        Assert.Equal(["all", "line", "neighbourhood"], counters.Select(counter => counter.Key.Split(':')[0]).Where(kind => kind != "challenge").Order());
        Assert.Single(counters, counter => counter.Key.StartsWith("challenge:", StringComparison.Ordinal)); // that of the registration
        counters.Single(counter => counter.Key.StartsWith("line:", StringComparison.Ordinal)).Count = 300;
        await db.SaveChangesAsync();

        (page, options) = await AskAsync(browser);
        await using var writer = host.OpenDb();
        await writer.WriteAsync(async _ =>
        {
            var answer = await browser.PostAsync("/signin/passkey?return=/signout", new(Token(page)) { ["credential"] = unknown.Get(options) });
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.Status);
        }, CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System);
    }

    private async Task<HttpStatusCode> StatusAsync(TestBrowser browser)
    {
        var (page, options) = await AskAsync(browser);
        return (await browser.PostAsync("/signin/passkey?return=/signout", new(Token(page)) { ["credential"] = passkey.Get(options) })).Status;
    }

    private async Task<TestBrowser.Answer> PasswordAsync(string name)
    {
        using var browser = host.NewBrowser();
        return await browser.SubmitAsync(await browser.GetAsync("/signin"), new() { ["username"] = name, ["password"] = "not the password at all" });
    }

    private async Task RegisterAsync(string name, SoftAuthenticator authenticator)
    {
        using var browser = host.NewBrowser();
        await browser.SignInAsync(name, "/signin?return=/signout");
        var (page, options) = await OfferAsync(browser);
        Assert.Contains("/factors?done=passkey", (await browser.SubmitAsync(page, new() { ["credential"] = authenticator.Create(options), ["name"] = "Soft" })).Path);
    }

    private static async Task<(TestBrowser.Answer Page, string Options)> OfferAsync(TestBrowser browser)
    {
        var page = await browser.GetAsync("/factors");
        return (page, (await browser.PostAsync("/factors/passkeys/options", Token(page))).Html);
    }

    private static async Task<(TestBrowser.Answer Page, string Options)> AskAsync(TestBrowser browser)
    {
        var page = await browser.GetAsync("/signin");
        return (page, (await browser.PostAsync("/signin/passkey/options", Token(page))).Html);
    }

    private async Task<bool> UseAsync(TestBrowser browser, string type = "webauthn.get")
    {
        var (page, options) = await AskAsync(browser);
        return await AnswerAsync(browser, page, passkey.Get(options, type));
    }

    private static async Task<bool> AnswerAsync(TestBrowser browser, TestBrowser.Answer page, string credential, bool keepsSession = false)
    {
        var before = browser.Cookies.GetValueOrDefault("__Host-doorward-auth");
        var answer = await browser.PostAsync("/signin/passkey?return=/signout", new(Token(page)) { ["credential"] = credential });
        var signedIn = browser.Cookies.GetValueOrDefault("__Host-doorward-auth") != before;
        Assert.Equal(signedIn, answer.Status == HttpStatusCode.OK && !keepsSession);
        return signedIn;
    }

    private static Dictionary<string, string> Token(TestBrowser.Answer page) => new() { ["csrf"] = page.Forms.First(form => form.Inputs.ContainsKey("csrf")).Inputs["csrf"] };
}
