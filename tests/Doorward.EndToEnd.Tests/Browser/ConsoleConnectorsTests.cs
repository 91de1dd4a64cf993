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
        var link = await page.Locator("code.secret").InnerTextAsync();
        Assert.Contains("/connector/join#", link, StringComparison.Ordinal);
        await admin.SaysAsync("Waiting for the machine");
        await admin.AuditConsoleAsync("console-private-application");
        await using var replica = new JoiningReplica(demo.Product);
        await replica.RunAsync((await page.Locator("#join-commands").InnerTextAsync()).Split('\n'), link);
        await admin.SaysAsync("Connected: ");

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
        Assert.Equal("doorward-agent forward story-db --port 5432", await page.Locator("#private-command").InnerTextAsync());
        await page.Locator("#name").FillAsync("story-server");
        await page.Locator("#targets").FillAsync("story-server.internal:22");
        await page.Locator("#ssh").CheckAsync();
        await admin.PressAsync("Make it");
        await page.Locator("#private-ssh-config").WaitForAsync();
        Assert.Equal("doorward-agent ssh story-server", await page.Locator("#private-command").InnerTextAsync());
        Assert.Contains("Match originalhost story-server ", await JoiningReplica.PrintAsync(await page.Locator("#private-ssh-config").InnerTextAsync()), StringComparison.Ordinal);
        Assert.StartsWith("ecdsa-sha2-", await demo.Product.RunAsync(ServerKeyCommand(await page.GetByText("doorward ssh-ca show").InnerTextAsync())), StringComparison.Ordinal);
        await admin.AuditConsoleAsync("console-private-application-done");

        await admin.GoAsync("console", "/connectors/story-site");
        await admin.SaysAsync("story-db.internal:5432");
        await admin.SaysAsync("Connected");
        await admin.AuditConsoleAsync("console-connector");
        var host = await page.Locator("ul.lines > li strong").First.InnerTextAsync();
        await admin.PressAsync($"Drain {host}");
        await admin.SaysAsync("Told to drain");
        Assert.Contains("draining", await demo.Product.RunAsync(["connector", "show", "story-site"]), StringComparison.Ordinal);
        await admin.PressAsync($"Take back in service {host}");
        await admin.SaysAsync("is back in service");
        await admin.GoAsync("console", "/connectors");
        await admin.SaysAsync("story-site");
        await admin.AuditConsoleAsync("console-connectors", all: true);
        await admin.GoAsync("console", "/applications/story-db");
        await admin.SaysAsync("Nobody uses it at this moment");
        await admin.AuditConsoleAsync("console-private-application-live");
        Assert.Contains("story-db.internal:5432", await demo.Product.RunAsync(["connector", "show", "story-site"]), StringComparison.Ordinal);

        await using var auditor = await demo.EnterConsoleAsync("connector-auditor", "auditors");
        await auditor.GoAsync("console", "/connectors/story-site");
        await auditor.SaysAsync("story-db.internal:5432");
        Assert.Equal(0, await auditor.Page.GetByRole(AriaRole.Button, new() { Name = "Invite a replica" }).CountAsync());
        await auditor.GoAsync("console", "/new/private-application");
        await auditor.SaysAsync("Only administrators may make private applications reachable");
    }

    // The part of the server's lines that is ours: what stands before the pipe.
    private static string[] ServerKeyCommand(string lines) => lines.Split('\n')[0].Split(" | ")[0]["doorward ".Length..].Split(' ');
}
