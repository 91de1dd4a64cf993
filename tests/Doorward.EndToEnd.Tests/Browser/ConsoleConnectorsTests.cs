using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>A private application in the console, from nothing to the command that reaches it; and what an auditor is shown of it.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class ConsoleConnectorsTests(DemoBrowser demo)
{
    [Fact]
    public async Task A_private_application_is_made_in_steps_and_ends_in_a_command_and_who_only_looks_acts_on_nothing()
    {
        await using var admin = await demo.EnterConsoleAsync("connector-admin", "administrators");
        var page = admin.Page;
        await admin.GoAsync("console", "/connectors");
        await admin.IsInteractiveAsync();
        await admin.FollowAsync("Reach a private application");
        await admin.SeesAsync("Reach a private application");
        await admin.IsInteractiveAsync();
        await page.Locator("#connector").FillAsync("story-site");
        await admin.PressAsync("Make it and invite a machine");
        Assert.Contains("/connector/join#", await page.Locator("code.secret").InnerTextAsync(), StringComparison.Ordinal);
        await admin.SaysAsync("Waiting for the machine");
        await admin.AuditConsoleAsync("console-private-application");

        await admin.PressAsync("Make it");
        await admin.SaysAsync("Name the application");
        await page.Locator("#name").FillAsync("story-db");
        await page.Locator("#targets").FillAsync("127.0.0.1:5432");
        await page.Locator("#group").FillAsync("story-dbas");
        await admin.PressAsync("Make it");
        await admin.SaysAsync("connector's own machine"); // the twin of what follows: special addresses are refused
        await page.Locator("#targets").FillAsync("story-db.internal:5432");
        await admin.PressAsync("Make it");
        await page.Locator("#private-command").WaitForAsync();
        Assert.Equal("doorward-agent connect story-db", await page.Locator("#private-command").InnerTextAsync());

        await admin.GoAsync("console", "/connectors/story-site");
        await admin.SaysAsync("story-db.internal:5432");
        await admin.SaysAsync("No machine has joined yet");
        await admin.AuditConsoleAsync("console-connector");
        await admin.GoAsync("console", "/connectors");
        await admin.SaysAsync("story-site");
        await admin.AuditConsoleAsync("console-connectors", all: true);
        Assert.Contains("story-db.internal:5432", await demo.Product.RunAsync(["connector", "show", "story-site"]), StringComparison.Ordinal);

        await using var auditor = await demo.EnterConsoleAsync("connector-auditor", "auditors");
        await auditor.GoAsync("console", "/connectors/story-site");
        await auditor.SaysAsync("story-db.internal:5432");
        Assert.Equal(0, await auditor.Page.GetByRole(AriaRole.Button, new() { Name = "Invite a replica" }).CountAsync());
        await auditor.GoAsync("console", "/new/private-application");
        await auditor.SaysAsync("This is for administrators");
    }
}
