using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>People in the console: joining, what they may open and why, losing their factors, and who may do what for them.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class ConsolePeopleTests(DemoBrowser demo)
{
    [Fact]
    public async Task A_person_is_added_joins_a_group_reaches_what_its_policy_opens_and_is_disabled_and_back()
    {
        await demo.Product.ApplyAsync(
            """
            kind: Group
            name: joiners
            ---
            kind: Policy
            name: desk-for-joiners
            cedar: permit (principal in Group::"joiners", action in Action::"access", resource == Application::"desk");
            """);
        await using var admin = await demo.EnterConsoleAsync("console-people", "administrators");
        var page = admin.Page;
        await admin.GoAsync("console", "/people");
        await admin.IsInteractiveAsync();
        await admin.FollowAsync("New person");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("joan");
        await page.GetByLabel("Display name").FillAsync("Joan <b>of</b> Arc");
        await admin.PressAsync("Add");
        await admin.SeesAsync("joan");
        await admin.SaysAsync("Nothing: no policy permits it.");
        await admin.PressAsync("Make an invitation link");
        await admin.SaysAsync("it is shown once");
        Assert.Matches(@"https://auth\.\S+", await page.Locator(".secret").InnerTextAsync());
        await admin.AuditConsoleAsync("console-person");

        await admin.GoAsync("console", "/groups/joiners");
        await admin.IsInteractiveAsync();
        await page.GetByLabel("Add a person").FillAsync("joan");
        await admin.PressAsync("Add");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove joan" }).WaitForAsync();
        await admin.AuditConsoleAsync("console-group");
        await page.Locator(".members a", new() { HasText = "joan" }).ClickAsync();
        await admin.SeesAsync("joan");
        await admin.SaysAsync("by desk-for-joiners");

        await admin.PressAsync("Disable");
        await admin.SaysAsync("joan is disabled and signed out.");
        await admin.SaysAsync("Nothing: no policy permits it.");
        Assert.Contains("joan", await demo.Product.RunAsync(["user", "list", "--disabled"]), StringComparison.Ordinal);
        await page.Locator(".toast", new() { HasText = "is disabled" }).GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await admin.SaysAsync("by desk-for-joiners");

        await demo.Product.RunAsync(["delete", "user", "joan"]);
        await admin.PressAsync("Disable");
        await admin.SaysAsync("There is no such account");
    }

    [Fact]
    public async Task A_token_is_shown_once_and_revoked()
    {
        await demo.Product.RunAsync(["user", "add", "robot", "--service"]);
        await using var admin = await demo.EnterConsoleAsync("console-tokens", "administrators");
        await admin.GoAsync("console", "/people?show=services&search=robot");
        await admin.IsInteractiveAsync();
        await admin.FollowAsync("robot");
        await admin.SeesAsync("robot");
        await admin.Page.GetByLabel("Opens").FillAsync("desk");
        await admin.PressAsync("Issue a token");
        await admin.SaysAsync("Copy this token now");
        var token = await admin.Page.Locator(".secret").InnerTextAsync();
        await admin.AuditConsoleAsync("console-token");
        await admin.Page.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("^Revoke ") }).ClickAsync();
        await admin.SaysAsync("revoked");
        await admin.GoAsync("console", "/people/robot");
        await admin.SaysAsync("revoked");
        Assert.DoesNotContain(token, await admin.Page.ContentAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_help_desk_invites_and_is_offered_nothing_more()
    {
        await demo.AddUserAsync("lost");
        await using var helper = await demo.EnterConsoleAsync("console-helper", "helpdesk");
        await helper.GoAsync("console", "/people?search=lost");
        await helper.IsInteractiveAsync();
        Assert.Equal(0, await helper.Page.GetByRole(AriaRole.Link, new() { Name = "New person" }).CountAsync());
        await helper.FollowAsync("lost");
        await helper.SeesAsync("lost");
        await helper.PressAsync("Make an invitation link");
        await helper.SaysAsync("it is shown once");
        foreach (var act in new[] { "Disable", "Reset factors", "Issue a token" })
            Assert.Equal(0, await helper.Page.GetByRole(AriaRole.Button, new() { Name = act, Exact = true }).CountAsync());
    }
}
