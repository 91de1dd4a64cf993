using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>The overview moves by itself, each number leads to its list, and the audit log is browsed and verified.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class ConsoleOverviewTests(DemoBrowser demo)
{
    [Fact]
    public async Task The_overview_shows_a_failing_door_and_a_denial_without_a_reload_and_leads_to_each()
    {
        await using var admin = await demo.EnterConsoleAsync("console-watcher", "helpdesk");
        await admin.SeesAsync("Overview");
        await admin.IsInteractiveAsync();
        await admin.Page.EvaluateAsync("window.before = true");

        await demo.AddUserAsync("unlucky");
        await using (var person = await demo.OpenAsync())
        {
            await person.GoAsync("broken");
            await person.SignInAsync("unlucky", new Authenticator());
            await person.GoAsync("safe");
        }

        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "broken" }).WaitForAsync();
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "no policy permits it" }).WaitForAsync();
        await admin.Page.Locator(".chart rect.denied").First.WaitForAsync();
        Assert.True(await admin.Page.EvaluateAsync<bool>("window.before"));
        await admin.AuditConsoleAsync("console-overview");

        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "broken" }).ClickAsync();
        await admin.SeesAsync("Decisions");
        await admin.Page.GetByText("the upstream does not answer").Locator("visible=true").First.WaitForAsync();
        Assert.Contains("decision=none", admin.Page.Url, StringComparison.Ordinal);

        // The help desk has no business with the audit log, and is not led to it.
        Assert.Equal(0, await admin.Page.Locator("#places a[href='/audit']").CountAsync());
        await admin.GoAsync("console", "/audit");
        await admin.SaysAsync("Your roles do not allow audit");
    }

    [Fact]
    public async Task An_auditor_finds_who_did_what_and_verifies_the_log()
    {
        await demo.AddUserAsync("ended-often");
        await demo.Product.RunAsync(["session", "revoke", "--user", "ended-often", "--reason", "left the company"]);
        await using var auditor = await demo.EnterConsoleAsync("console-auditor", "auditors");
        await auditor.GoAsync("console", "/audit?kind=administration");
        await auditor.SeesAsync("Audit log");
        await auditor.IsInteractiveAsync();
        await auditor.Page.Locator("#target").FillAsync("ended-often");
        await auditor.AddressMatchesAsync("target=ended-often");
        var row = auditor.Page.Locator("tbody tr", new() { HasText = "session.revoke" }).Filter(new() { HasText = "done" });
        await row.First.WaitForAsync();
        await row.First.GetByRole(AriaRole.Button).ClickAsync();
        await auditor.SaysAsync("left the company");
        await auditor.PressAsync("Verify now");
        await auditor.SaysAsync("record is as it was written");
        await auditor.AuditConsoleAsync("console-audit");

        var download = auditor.Page.WaitForDownloadAsync();
        await auditor.FollowAsync("Export all");
        var path = await (await download).PathAsync();
        Assert.Contains("session.revoke", await File.ReadAllTextAsync(path!), StringComparison.Ordinal);
    }
}
