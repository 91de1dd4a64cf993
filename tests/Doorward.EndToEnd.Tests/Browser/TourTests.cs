using System.Text.RegularExpressions;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>The five steps that <c>up --demo</c> prints, as the people in them see them.</summary>
[Collection(nameof(DemoBrowser))]
public sealed partial class TourTests(DemoBrowser demo)
{
    [Fact]
    public async Task The_first_link_makes_an_administrator_with_password_and_code_who_reaches_the_console()
    {
        await using var person = await demo.OpenAsync();
        await person.Page.GotoAsync(demo.EnrolmentLink);
        await person.SeesAsync("Welcome");
        await person.AuditAsync("invitation");
        await person.PressAsync("Begin");
        await person.SeesAsync("Set up your sign-in");
        Assert.False(File.Exists(Path.Combine(demo.Product.Data, "enrol-administrator.link")));
        await person.AuditAsync("enrolment");

        var authenticator = new Authenticator((await person.Page.Locator(".code").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal));
        await person.FillAsync("password", Visitor.Password);
        await person.FillAsync("code", "000000");
        await person.PressAsync("Finish");
        await person.Page.Locator("[role=alert]").First.WaitForAsync();
        // Both are to be entered again, and the password stands first.
        Assert.Equal("password", await person.Page.EvaluateAsync<string>("document.activeElement.name"));
        await person.AuditAsync("enrolment-wrong-code");

        await person.FillAsync("password", Visitor.Password);
        await person.FillAsync("code", await authenticator.NextAsync());
        await person.PressAsync("Finish");
        await person.SeesAsync("Done. Keep these recovery codes");
        Assert.Equal(10, await person.Page.Locator(".codes li").CountAsync());
        await person.AuditAsync("recovery-codes");

        await person.PressAsync("I have kept them");
        await person.SeesAsync("Your applications");
        await person.AuditAsync("applications");
        await person.Page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "console" }).ClickAsync();
        await person.ArrivesAsync("console", "/overview");
        await person.SeesAsync("Overview");
        await person.AuditConsoleAsync("console");
        await person.GoAsync("vault");
        await person.SeesAsync("Vault");
        Assert.Matches(@"Doorward-Groups\s+administrators", await person.TextAsync());
        await person.AuditAsync("vault");

        await person.Page.GotoAsync(demo.EnrolmentLink);
        await person.SeesAsync("This link is no longer good");
        Assert.Equal(410, person.Status);
        await person.AuditAsync("used-link");
    }

    [Fact]
    public async Task The_demo_user_signs_in_by_plain_forms_and_the_vault_explains_why_it_is_closed_to_her()
    {
        await using var person = await demo.OpenAsync(scripts: false);
        await person.GoAsync("live");
        await person.SeesAsync("Sign in");
        await person.AuditAsync("sign-in");

        await person.FillAsync("username", "demo");
        await person.FillAsync("password", "not this one");
        await person.PressAsync("Sign in");
        await person.SaysAsync("The name or the password is wrong.");
        await person.AuditAsync("sign-in-wrong-password");

        await person.FillAsync("password", demo.DemoPassword);
        await person.PressAsync("Sign in");
        await person.SeesAsync("One more step");
        await person.AuditAsync("second-step");
        await person.FillAsync("code", "000000");
        await person.PressAsync("Continue");
        await person.SaysAsync("That code is wrong, too old, or was used already.");
        await person.AuditAsync("second-step-wrong-code");

        await person.FillAsync("code", (await demo.Product.RunAsync(["demo", "code"])).Trim());
        await person.PressAsync("Continue");
        await person.ArrivesAsync("live");
        Assert.Matches(@"Doorward-User\s+demo\b", await person.TextAsync());
        Assert.Matches(@"""acr"": ""2""", await person.TextAsync());

        await person.GoAsync("vault");
        await person.SeesAsync("You have no access here");
        Assert.Equal(403, person.Status);
        await person.SaysAsync("The vault is for administrators.");
        await person.AuditAsync("denial");
        var reference = Reference().Match(await person.TextAsync()).Value;
        Assert.Contains("decision: deny", await demo.Product.RunAsync(["decision", "explain", reference]), StringComparison.Ordinal);
        await person.FollowAsync("My applications");
        await person.SeesAsync("Your applications");
        Assert.DoesNotContain("vault", await person.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_live_page_shows_when_and_why_it_was_cut()
    {
        await demo.AddUserAsync("watcher");
        await demo.Product.ApplyAsync(
            """
            kind: Policy
            name: live-for-watcher
            cedar: permit (principal in Group::"watcher-group", action in Action::"access", resource == Application::"live");
            """);
        await using var person = await demo.OpenAsync();
        await person.GoAsync("live");
        await person.SignInAsync("watcher", new Authenticator());
        await person.ArrivesAsync("live");
        foreach (var connection in new[] { "socket", "events" })
            await person.Page.Locator($"#{connection}-state.open").WaitForAsync();
        await person.AuditAsync("live");

        await demo.Product.RunAsync(["session", "revoke", "--user", "watcher", "--reason", "end of the tour"]);
        foreach (var connection in new[] { "socket", "events" })
            await person.Page.Locator($"#{connection}-state.cut").WaitForAsync();
        var words = await person.Page.Locator("#cut").InnerTextAsync();
        Assert.Matches(@"^Cut at \d\d:\d\d:\d\d UTC: an administrator ended this session: end of the tour \(dec_\w+\)\. WebSocket close code 1008\.$", words);
        Assert.Empty(await PageAudit.WrongAsync(person.Page));
        var explained = await demo.Product.RunAsync(["decision", "explain", Reference().Match(words).Value]);
        Assert.Contains("cause: SessionEnded", explained, StringComparison.Ordinal);
        Assert.Contains("told: 'an administrator ended this session: end of the tour'", explained, StringComparison.Ordinal);
        Assert.Contains("by: local", explained, StringComparison.Ordinal);

        await person.FollowAsync("Open the page again");
        await person.SeesAsync("Sign in");
        await person.SaysAsync("Sign in again: an administrator ended this session.");
        Assert.Empty(await PageAudit.WrongAsync(person.Page));
    }

    [GeneratedRegex(@"dec_\w+")]
    private static partial Regex Reference();
}
