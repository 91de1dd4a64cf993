using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>Live access in the console: several are cut at once, several sessions ended, and one session told from its beginning to its end.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class ConsoleLiveAccessTests(DemoBrowser demo)
{
    [Fact]
    public async Task A_selection_is_cut_then_ended_while_one_of_it_is_over_already_and_the_story_says_how()
    {
        await using var ann = await WatchAsync("cut-ann");
        await using var ben = await WatchAsync("cut-ben");
        await using var admin = await demo.EnterConsoleAsync("live-admin", "administrators");
        var page = admin.Page;

        await admin.GoAsync("console", "/grants");
        await admin.IsInteractiveAsync();
        await page.Locator("#search").FillAsync("cut-");
        await admin.AddressMatchesAsync("search=cut-");
        await Row(page, "cut-ben").WaitForAsync();
        await Row(page, "cut-ann").WaitForAsync();
        await page.GetByLabel("Select all shown").CheckAsync();
        await admin.SaysAsync("Selected: 2.");
        await IsReadAgainAsync(page);
        await admin.SaysAsync("Selected: 2.");
        Assert.Equal(2, await page.Locator("tbody input:checked").CountAsync());
        await admin.AuditConsoleAsync("console-grants");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cut 2", Exact = true }).ClickAsync();
        await page.GetByLabel("Reason").FillAsync("maintenance");
        await admin.AuditConsoleAsync("console-cut-selection");
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Cut", Exact = true }).ClickAsync();
        foreach (var name in new[] { "cut-ann", "cut-ben" })
            Assert.Matches(@"Cut, confirmed by \S+ in [\d.]+ ms\.", await OutcomeAsync(page, name));
        foreach (var watcher in new[] { ann, ben })
            await watcher.SaysAsync("maintenance");
        await admin.AuditConsoleAsync("console-grants-cut");

        await admin.GoAsync("console", "/sessions?search=cut-a");
        await admin.IsInteractiveAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "cut-ann" }).ClickAsync();
        await admin.SeesAsync("Session of cut-ann");
        await admin.SaysAsync("one-time code");
        await admin.SaysAsync("session.methods");
        await admin.SaysAsync("connection.cut");
        await page.Locator(".lines a[href^='/decisions/']").First.WaitForAsync();
        await admin.AuditConsoleAsync("console-session");

        await admin.GoAsync("console", "/sessions?search=cut-");
        await admin.IsInteractiveAsync();
        foreach (var name in new[] { "cut-ann", "cut-ben" })
            await Row(page, name).GetByRole(AriaRole.Checkbox).CheckAsync();
        await demo.Product.RunAsync(["session", "revoke", "--user", "cut-ann"]);
        await page.GetByRole(AriaRole.Button, new() { Name = "End 2", Exact = true }).ClickAsync();
        await page.GetByLabel("Reason").FillAsync("end of the day");
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "End sessions" }).ClickAsync();
        Assert.Contains("It was over already", await OutcomeAsync(page, "cut-ann"), StringComparison.Ordinal);
        Assert.Contains("Cut confirmed by", await OutcomeAsync(page, "cut-ben"), StringComparison.Ordinal);
        await admin.SaysAsync("Sessions ended: 1.");
        await admin.AuditConsoleAsync("console-sessions-ended");
        await ben.GoAsync("live");
        await ben.SeesAsync("Sign in");

        await page.GetByRole(AriaRole.Link, new() { Name = "cut-ben" }).ClickAsync();
        await admin.SaysAsync("an administrator ended this session: end of the day");
        await admin.AuditConsoleAsync("console-session-over");
    }

    private async Task<Person> WatchAsync(string name)
    {
        await demo.AddUserAsync(name);
        await demo.Product.ApplyAsync(
            $"""
            kind: Policy
            name: live-for-{name}
            cedar: permit (principal in Group::"{name}-group", action in Action::"access", resource == Application::"live");
            """);
        return await demo.OpenAsync(async watcher =>
        {
            await watcher.GoAsync("live");
            await watcher.SignInAsync(name, new Authenticator());
            await watcher.Page.Locator("#socket-state.open").WaitForAsync();
        });
    }

    private static ILocator Row(IPage page, string name) => page.Locator("tbody tr", new() { Has = page.GetByRole(AriaRole.Link, new() { Name = name }) });

    private static async Task<string> OutcomeAsync(IPage page, string name) => await Row(page, name).GetByRole(AriaRole.Status).InnerTextAsync();

    // Ages go on with every reading.
    private static async Task IsReadAgainAsync(IPage page)
    {
        var before = await page.Locator("tbody").InnerTextAsync();
        await page.WaitForFunctionAsync("before => document.querySelector('tbody').innerText !== before", before);
    }
}
