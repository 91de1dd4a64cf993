using System.Net;
using System.Text;
using Doorward.Control.Audit;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console.Tests.Identity;

/// <summary>The page where somebody shows once more that it is they: for the session that asked, and for no other.</summary>
public sealed class ConfirmTests : IAsyncLifetime
{
    private const string SessionCookie = "__Host-doorward-auth";
    private AuthHost host = null!;
    private readonly SoftAuthenticator passkey = new();
    private TestBrowser browser = null!;

    public async ValueTask InitializeAsync()
    {
        host = await AuthHost.StartAsync();
        await host.AddPersonAsync("alice");
        browser = host.NewBrowser();
        await browser.SignInAsync("alice", "/signin?return=/signout");
    }

    public async ValueTask DisposeAsync()
    {
        browser.Dispose();
        passkey.Dispose();
        await host.DisposeAsync();
    }

    [Fact]
    public async Task A_sign_in_of_just_now_is_a_confirmation()
    {
        Assert.Contains("<h1 id=\"heading\">Confirmed</h1>", (await browser.GetAsync(await AtAsync())).Html, StringComparison.Ordinal);
        Assert.NotNull(await UntilAsync());
    }

    [Fact]
    public async Task A_passkey_confirms_the_session_that_asked_and_gives_it_a_new_cookie()
    {
        await RegisterAsync("alice", passkey, browser);
        host.Time.Advance(TimeSpan.FromMinutes(16));
        var (at, old) = (await AtAsync(), browser.Cookies[SessionCookie]);
        var asked = await browser.GetAsync(at);
        Assert.Contains("Confirm it is you", asked.Html, StringComparison.Ordinal);
        Assert.Null(await UntilAsync());
        passkey.Counter = 9;
        var done = await AnswerAsync(browser, asked, at, passkey.Get(await OptionsAsync(browser, asked)));
        Assert.Contains("<h1 id=\"heading\">Confirmed</h1>", done.Html, StringComparison.Ordinal);
        Assert.Contains("data-next=\"https://console.doorward.localhost:8443/confirmed\"", done.Html, StringComparison.Ordinal);
        Assert.InRange((await UntilAsync())!.Value - host.Time.GetUtcNow(), TimeSpan.FromMinutes(14), TimeSpan.FromMinutes(15));
        Assert.NotEqual(old, browser.Cookies[SessionCookie]);
        browser.Cookies[SessionCookie] = old;
        Assert.Equal(HttpStatusCode.Conflict, (await browser.GetAsync(at)).Status);
        await using var db = host.OpenDb();
        Assert.Single(await db.Sessions.Where(session => session.Ended == null).ToListAsync());
    }

    [Theory]
    [InlineData("not-verified")]
    [InlineData("somebody-else's")]
    [InlineData("somebody-else's-on-a-challenge-for-anybody")]
    [InlineData("late")]
    public async Task Confirms_nothing_by_an_answer_that_is(string what)
    {
        await RegisterAsync("alice", passkey, browser);
        await host.AddPersonAsync("bob");
        using var bobs = new SoftAuthenticator();
        using (var elsewhere = host.NewBrowser())
        {
            await elsewhere.SignInAsync("bob", "/signin?return=/signout");
            await RegisterAsync("bob", bobs, elsewhere);
        }

        (passkey.Counter, bobs.Counter) = (9, 9);
        host.Time.Advance(TimeSpan.FromMinutes(16));
        var at = await AtAsync();
        var page = await browser.GetAsync(at);
        var session = browser.Cookies[SessionCookie];
        if (what.EndsWith("anybody", StringComparison.Ordinal)) browser.Cookies.Remove(SessionCookie);
        var options = await OptionsAsync(browser, what.EndsWith("anybody", StringComparison.Ordinal) ? await browser.GetAsync("/signin") : page);
        browser.Cookies[SessionCookie] = session;
        passkey.UserVerified = what != "not-verified";
        if (what == "late") host.Time.Advance(TimeSpan.FromMinutes(6));
        await RefusedAsync(await AnswerAsync(browser, page, at, (what.StartsWith("somebody", StringComparison.Ordinal) ? bobs : passkey).Get(options)));
        await using var after = host.OpenDb();
        Assert.Equal(2, await after.Sessions.CountAsync(row => row.Ended == null));
        if (what.EndsWith("anybody", StringComparison.Ordinal)) await ForeignProofIsOnRecordAsync();
    }

    [Fact]
    public async Task An_answer_confirms_once_even_when_the_browser_keeps_its_challenge()
    {
        // As most of those do that several devices share: it does not count, so that nothing but its challenge tells a second answer.
        passkey.Counter = 0;
        await RegisterAsync("alice", passkey, browser);
        host.Time.Advance(TimeSpan.FromMinutes(16));
        var at = await AtAsync();
        var page = await browser.GetAsync(at);
        var answer = passkey.Get(await OptionsAsync(browser, page));
        var challenge = browser.Cookies["__Host-doorward-passkey"];
        await AnswerAsync(browser, page, at, answer);
        Assert.NotNull(await UntilAsync());
        await using (var db = host.OpenDb())
        {
            (await db.Sessions.SingleAsync(session => session.Ended == null)).Authenticated -= TimeSpan.FromHours(1);
            await db.SaveChangesAsync();
        }

        browser.Cookies["__Host-doorward-passkey"] = challenge;
        await RefusedAsync(await AnswerAsync(browser, page, at, answer));
    }

    [Fact]
    public async Task Asks_nobody_for_another_session_than_the_one_this_browser_is_signed_in_with()
    {
        await RegisterAsync("alice", passkey, browser);
        host.Time.Advance(TimeSpan.FromMinutes(16));
        var at = await AtAsync();
        using var stranger = host.NewBrowser();
        Assert.Equal(HttpStatusCode.Conflict, (await stranger.GetAsync(at)).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await browser.GetAsync("/confirm?session=ses_of_somebody_else")).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await browser.GetAsync("/confirm")).Status);
        var page = await browser.GetAsync(at);
        passkey.Counter = 9;
        Assert.Equal(HttpStatusCode.Conflict, (await AnswerAsync(browser, page, "/confirm?session=ses_of_somebody_else", passkey.Get(await OptionsAsync(browser, page)))).Status);
        Assert.Null(await UntilAsync());
    }

    [Theory]
    [InlineData("https://wiki.doorward.localhost:8443")]
    [InlineData("null")]
    [InlineData(null)]
    public async Task Takes_no_answer_that_a_page_of_another_site_sends(string? origin)
    {
        await RegisterAsync("alice", passkey, browser);
        host.Time.Advance(TimeSpan.FromMinutes(16));
        var at = await AtAsync();
        var page = await browser.GetAsync(at);
        passkey.Counter = 9;
        var answer = passkey.Get(await OptionsAsync(browser, page));
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync(Post(at), new(Token(page)) { ["credential"] = answer }, origin)).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync(Post(at), new() { ["credential"] = answer })).Status);
        Assert.Null(await UntilAsync());
    }

    [Fact]
    public async Task Whoever_has_no_passkey_signs_in_again_with_all_they_have()
    {
        host.Time.Advance(TimeSpan.FromMinutes(16));
        var page = await browser.GetAsync(await AtAsync());
        Assert.Contains("max_age=900", page.Path, StringComparison.Ordinal);
        var second = await browser.SubmitAsync(page, new() { ["username"] = "alice", ["password"] = AuthHost.Password });
        Assert.Null(await UntilAsync());
        var done = await browser.SubmitAsync(second, new() { ["code"] = host.Code() });
        Assert.Contains("<h1 id=\"heading\">Confirmed</h1>", done.Html, StringComparison.Ordinal);
        Assert.NotNull(await UntilAsync());
    }

    private async Task ForeignProofIsOnRecordAsync()
    {
        using var output = new MemoryStream();
        await AuditExport.WriteAsync(Path.GetDirectoryName(host.DatabaseFile)!, output);
        var refusal = Assert.Single(Encoding.UTF8.GetString(output.ToArray()).Split('\n', StringSplitOptions.RemoveEmptyEntries),
            static line => line.Contains("\"sign-in.step-up\"", StringComparison.Ordinal) && line.Contains("\"refused\"", StringComparison.Ordinal));
        Assert.Contains("alice", refusal, StringComparison.Ordinal);
        Assert.Contains("bob", refusal, StringComparison.Ordinal);
        Assert.Contains((await SessionAsync()).Id, refusal, StringComparison.Ordinal);
    }

    private async Task RefusedAsync(TestBrowser.Answer answer)
    {
        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.Status);
        Assert.Null(await UntilAsync());
    }

    private static Task<TestBrowser.Answer> AnswerAsync(TestBrowser browser, TestBrowser.Answer page, string at, string credential) =>
        browser.PostAsync(Post(at), new(Token(page)) { ["credential"] = credential });

    private static async Task<string> OptionsAsync(TestBrowser browser, TestBrowser.Answer page) =>
        (await browser.PostAsync("/signin/passkey/options", Token(page))).Html;

    private static async Task RegisterAsync(string name, SoftAuthenticator authenticator, TestBrowser browser)
    {
        var page = await browser.GetAsync("/factors");
        var options = (await browser.PostAsync("/factors/passkeys/options", Token(page))).Html;
        Assert.Contains("/factors?done=passkey", (await browser.SubmitAsync(page, new() { ["credential"] = authenticator.Create(options), ["name"] = name })).Path, StringComparison.Ordinal);
    }

    private async Task<string> AtAsync() => $"/confirm?session={(await SessionAsync()).Id}";

    private async Task<DateTimeOffset?> UntilAsync() =>
        (await host.Services.GetRequiredService<Confirmations>().OfAsync((await SessionAsync()).Id, CancellationToken.None)).Until;

    private async Task<Session> SessionAsync()
    {
        await using var db = host.OpenDb();
        var alice = await db.Users.Where(user => user.UserName == "alice").Select(user => user.Id).SingleAsync();
        return await db.Sessions.AsNoTracking().SingleAsync(session => session.UserId == alice && session.Ended == null);
    }

    private static string Post(string at) => at.Replace("/confirm", "/confirm/passkey", StringComparison.Ordinal);

    private static Dictionary<string, string> Token(TestBrowser.Answer page) => new() { ["csrf"] = page.Forms.First(form => form.Inputs.ContainsKey("csrf")).Inputs["csrf"] };
}
