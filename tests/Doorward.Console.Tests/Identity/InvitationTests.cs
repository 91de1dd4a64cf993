using System.Net;
using System.Text.RegularExpressions;
using Doorward.Control.Identity.Invitations;
using Doorward.Control.Identity.Totp;
using Doorward.Control.Resources;
using Doorward.Control.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console.Tests.Identity;

public sealed partial class InvitationTests : IAsyncLifetime
{
    private AuthHost host = null!;

    public async ValueTask InitializeAsync() => host = await AuthHost.StartAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Enrols_the_first_administrator_with_password_and_app_and_shows_recovery_codes_once()
    {
        var bootstrap = host.Services.GetRequiredService<BootstrapInvitations>();
        var link = await bootstrap.EnsureAsync(CancellationToken.None);
        using var browser = host.NewBrowser();
        var done = await EnrolAsync(browser, link!);
        Assert.Equal(10, Codes().Count(done.Html));
        Assert.Contains("__Host-doorward-auth", browser.Cookies.Keys);
        Assert.True(await bootstrap.HasAdministratorAsync(CancellationToken.None));
        Assert.Null(await bootstrap.EnsureAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Recovery_codes_outlive_a_reload_in_their_browser_until_they_are_kept_or_a_quarter_of_an_hour_is_over()
    {
        var link = await host.Services.GetRequiredService<BootstrapInvitations>().EnsureAsync(CancellationToken.None);
        using var browser = host.NewBrowser();
        var shown = await EnrolAsync(browser, link!);
        var codes = Codes().Matches(shown.Html).Select(static code => code.Groups[1].Value).ToList();
        Assert.Equal("/recovery-codes", shown.Path);
        Assert.Equal(codes, Codes().Matches((await browser.GetAsync("/recovery-codes")).Html).Select(static code => code.Groups[1].Value));
        var file = await browser.GetAsync("/recovery-codes/file");
        Assert.Equal(codes, file.Html.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        // Their cookie alone, without the session they were made in, shows nothing; nor do both once their time is over.
        using var thief = host.NewBrowser();
        thief.Cookies["__Host-doorward-codes"] = browser.Cookies["__Host-doorward-codes"];
        Assert.DoesNotContain(codes[0], (await thief.GetAsync("/recovery-codes")).Html, StringComparison.Ordinal);
        Assert.DoesNotContain(codes[0], (await thief.GetAsync("/recovery-codes/file")).Html, StringComparison.Ordinal);
        host.Time.Advance(TimeSpan.FromMinutes(16));
        Assert.DoesNotContain(codes[0], (await browser.GetAsync("/recovery-codes")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recovery_codes_that_are_kept_are_shown_no_more()
    {
        var link = await host.Services.GetRequiredService<BootstrapInvitations>().EnsureAsync(CancellationToken.None);
        using var browser = host.NewBrowser();
        var shown = await EnrolAsync(browser, link!);
        await browser.PostAsync("/recovery-codes/kept", shown.Forms.Single(static form => form.Action == "/recovery-codes/kept").Inputs);
        Assert.DoesNotContain("__Host-doorward-codes", browser.Cookies.Keys);
        Assert.Equal(0, Codes().Count((await browser.GetAsync("/recovery-codes")).Html));
    }

    [Fact]
    public async Task Lets_the_new_person_sign_in_afterwards_and_use_a_recovery_code_once()
    {
        var link = await host.Services.GetRequiredService<BootstrapInvitations>().EnsureAsync(CancellationToken.None);
        using var browser = host.NewBrowser();
        var code = Codes().Match((await EnrolAsync(browser, link!)).Html).Groups[1].Value;
        for (var attempt = 0; attempt < 2; attempt++)
        {
            using var other = host.NewBrowser();
            await other.SubmitAsync(await other.GetAsync("/signin?return=/signout"), new() { ["username"] = "admin", ["password"] = AuthHost.Password });
            var answer = await other.SubmitAsync(await other.GetAsync("/signin/recovery?return=/signout"), new() { ["recovery"] = code });
            Assert.Equal(attempt == 0 ? HttpStatusCode.OK : HttpStatusCode.UnprocessableEntity, answer.Status);
            Assert.Equal(attempt == 0, other.Cookies.ContainsKey("__Host-doorward-auth"));
        }
    }

    [Fact]
    public async Task Works_once_when_many_use_it_at_the_same_time()
    {
        var link = await host.Services.GetRequiredService<BootstrapInvitations>().EnsureAsync(CancellationToken.None);
        var links = host.Services.GetRequiredService<InvitationLinks>();
        var secret = link!.Address.Split('/')[^1];
        var redeemed = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => links.RedeemAsync(secret, CancellationToken.None)));
        Assert.Single(redeemed, user => user is not null);
    }

    [Fact]
    public async Task Is_not_used_up_by_looking_at_it_and_expires_after_a_day()
    {
        var link = await host.Services.GetRequiredService<BootstrapInvitations>().EnsureAsync(CancellationToken.None);
        using var browser = host.NewBrowser();
        var path = new Uri(link!.Address).AbsolutePath;
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(path)).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(path)).Status);
        host.Time.Advance(TimeSpan.FromHours(24));
        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync(path)).Status);
    }

    [Fact]
    public async Task Opened_again_where_it_was_accepted_it_goes_on_and_elsewhere_the_way_on_is_said()
    {
        var link = await host.Services.GetRequiredService<BootstrapInvitations>().EnsureAsync(CancellationToken.None);
        var told = new List<string>();
        host.Services.GetRequiredService<InvitationLinks>().Redeemed += told.Add;
        var path = new Uri(link!.Address).AbsolutePath;
        using var browser = host.NewBrowser();
        using var other = host.NewBrowser();
        await browser.SubmitAsync(await browser.GetAsync(path), []);
        Assert.Equal([link.Id], told);

        var again = await browser.GetAsync(path);
        var elsewhere = await other.GetAsync(path);

        Assert.Equal(HttpStatusCode.OK, again.Status);
        Assert.Contains("name=\"password\"", again.Html);
        Assert.Equal(HttpStatusCode.Gone, elsewhere.Status);
        Assert.Contains("go on in the browser where you did", elsewhere.Html);

        await FinishAsync(browser, again);
        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync(path)).Status);
    }

    [Fact]
    public async Task Is_not_for_a_browser_that_did_not_accept_it()
    {
        await host.Services.GetRequiredService<BootstrapInvitations>().EnsureAsync(CancellationToken.None);
        using var browser = host.NewBrowser();
        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync("/enrolment")).Status);
    }

    [Fact]
    public async Task Says_the_same_of_a_link_that_was_used_replaced_expired_or_never_made()
    {
        var alice = await host.AddPersonAsync("alice");
        var replaced = await LinkAsync(alice, "local");
        var used = await LinkAsync(alice, "local");
        using var browser = host.NewBrowser();
        await browser.SubmitAsync(await browser.GetAsync(used), []);
        var expired = await LinkAsync(await host.AddPersonAsync("bob"), "local");
        host.Time.Advance(InvitationLinks.Lifetime);
        var answers = new List<TestBrowser.Answer>();
        foreach (var path in new[] { replaced, used, expired, $"/invitation/{new string('A', 43)}" })
            answers.Add(await browser.GetAsync(path));
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Gone, answer.Status));
        Assert.Single(answers.Select(answer => answer.Html).Distinct());
    }

    [Fact]
    public async Task A_link_of_the_help_desk_opens_no_account_that_became_an_administrators_since()
    {
        var alice = await host.AddPersonAsync("alice");
        await host.AddPersonAsync("holly");
        await host.PutAsync(ResourceKinds.Group, BuiltIns.Helpdesk, new GroupSpec { Members = ["holly"] });
        var (kept, accepted, owners) = (await LinkAsync(alice, "holly"), await LinkAsync(await host.AddPersonAsync("ben"), "holly"), await LinkAsync(await host.AddPersonAsync("ann"), "local"));
        using var browser = host.NewBrowser();
        Assert.Equal("/enrolment", (await browser.SubmitAsync(await browser.GetAsync(accepted), [])).Path);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(kept)).Status);
        await host.PutAsync(ResourceKinds.Group, "ops", new GroupSpec { Members = ["alice", "ben", "ann"] });
        await host.PutAsync(ResourceKinds.Group, BuiltIns.Administrators, new GroupSpec { Groups = ["ops"] });
        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync("/enrolment")).Status);
        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync(kept)).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(owners)).Status);
        Assert.Null(await host.Services.GetRequiredService<InvitationLinks>().RedeemAsync(kept.Split('/')[^1], CancellationToken.None));
    }

    [Fact]
    public async Task A_link_opens_nothing_once_its_person_is_disabled_or_its_maker_may_not_make_it_any_more()
    {
        var alice = await host.AddPersonAsync("alice");
        await host.AddPersonAsync("holly");
        await host.PutAsync(ResourceKinds.Group, BuiltIns.Helpdesk, new GroupSpec { Members = ["holly"] });
        var (link, bobs) = (await LinkAsync(alice, "holly"), await LinkAsync(await host.AddPersonAsync("bob"), "local"));
        using var browser = host.NewBrowser();
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(link)).Status);
        await using (var db = host.OpenDb())
        {
            (await db.Resources.SingleAsync(resource => resource.Name == BuiltIns.Helpdesk)).Json = """{"members":[]}""";
            (await db.Users.SingleAsync(user => user.UserName == "bob")).Disabled = true;
            await db.SaveChangesAsync();
        }
        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync(link)).Status);
        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync(bobs)).Status);
    }

    [Fact]
    public async Task Accepting_once_enrols_once()
    {
        var link = await host.Services.GetRequiredService<BootstrapInvitations>().EnsureAsync(CancellationToken.None);
        using var browser = host.NewBrowser();
        var choose = await browser.SubmitAsync(await browser.GetAsync(new Uri(link!.Address).AbsolutePath), []);
        var kept = browser.Cookies["__Host-doorward-enrolment"];
        var secret = TotpSecret.Parse(Secret().Match(choose.Html).Groups[1].Value)!;
        var fields = new Dictionary<string, string> { ["password"] = AuthHost.Password, ["code"] = secret.CodeAt(host.Time.GetUtcNow()) };
        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            using var one = host.NewBrowser();
            foreach (var (name, value) in browser.Cookies)
                one.Cookies[name] = value;
            return await one.SubmitAsync(choose, fields);
        })));
        Assert.Single(results, answer => Codes().Count(answer.Html) == 10);
        browser.Cookies["__Host-doorward-enrolment"] = kept;
        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync("/enrolment")).Status);
    }

    [Fact]
    public async Task A_newer_link_ends_an_enrolment_that_an_earlier_one_began()
    {
        var alice = await host.AddPersonAsync("alice");
        using var browser = host.NewBrowser();
        Assert.Equal("/enrolment", (await browser.SubmitAsync(await browser.GetAsync(await LinkAsync(alice, "local")), [])).Path);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/enrolment")).Status);
        var newer = await LinkAsync(alice, "local");
        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync("/enrolment")).Status);
        Assert.Equal("/enrolment", (await browser.SubmitAsync(await browser.GetAsync(newer), [])).Path);
    }

    private async Task<string> LinkAsync(User person, string maker) =>
        new Uri((await host.Services.GetRequiredService<InvitationLinks>().CreateAsync(person.Id, maker, CancellationToken.None)).Address).AbsolutePath;

    private async Task<TestBrowser.Answer> EnrolAsync(TestBrowser browser, InvitationLink link) =>
        await FinishAsync(browser, await browser.SubmitAsync(await browser.GetAsync(new Uri(link.Address).AbsolutePath), []));

    private async Task<TestBrowser.Answer> FinishAsync(TestBrowser browser, TestBrowser.Answer choose)
    {
        var secret = TotpSecret.Parse(Secret().Match(choose.Html).Groups[1].Value)!;
        var code = secret.CodeAt(TotpSecret.StepAt(host.Time.GetUtcNow())).ToString("D6");
        return await browser.SubmitAsync(choose, new() { ["password"] = AuthHost.Password, ["code"] = code });
    }

    [GeneratedRegex("by hand: <span class=\"code\">([A-Z2-7 ]+)<")]
    private static partial Regex Secret();

    [GeneratedRegex("<li>([0-9a-z]{4}(?:-[0-9a-z]{4}){3})</li>")]
    private static partial Regex Codes();
}
