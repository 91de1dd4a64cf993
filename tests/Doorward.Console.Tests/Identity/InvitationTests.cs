using System.Net;
using System.Text.RegularExpressions;
using Doorward.Control.Identity.Invitations;
using Doorward.Control.Identity.Totp;
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
    public async Task Is_not_for_a_browser_that_did_not_accept_it()
    {
        await host.Services.GetRequiredService<BootstrapInvitations>().EnsureAsync(CancellationToken.None);
        using var browser = host.NewBrowser();
        Assert.Equal(HttpStatusCode.Gone, (await browser.GetAsync("/enrolment")).Status);
    }

    private async Task<TestBrowser.Answer> EnrolAsync(TestBrowser browser, InvitationLink link)
    {
        var choose = await browser.SubmitAsync(await browser.GetAsync(new Uri(link.Address).AbsolutePath), []);
        var secret = TotpSecret.Parse(Secret().Match(choose.Html).Groups[1].Value)!;
        var code = secret.CodeAt(TotpSecret.StepAt(host.Time.GetUtcNow())).ToString("D6");
        return await browser.SubmitAsync(choose, new() { ["password"] = AuthHost.Password, ["code"] = code });
    }

    [GeneratedRegex("by hand: <span class=\"code\">([A-Z2-7 ]+)<")]
    private static partial Regex Secret();

    [GeneratedRegex("<li>([0-9a-z]{4}(?:-[0-9a-z]{4}){3})</li>")]
    private static partial Regex Codes();
}
