using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>Two administrators at one thing: the second sees what the first did beside what they meant, and chooses.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class ConsoleConflictTests(DemoBrowser demo)
{
    [Fact]
    public async Task The_second_of_two_sees_the_conflict_at_a_group_a_person_and_a_rollback_and_what_is_deleted_beneath_them()
    {
        await demo.Product.ApplyAsync(
            """
            kind: Group
            name: contested
            members: [demo]
            ---
            kind: User
            name: contested-person
            email: first@example.org
            ---
            kind: Policy
            name: contested
            cedar: forbid (principal in Group::"contested", action, resource == Application::"first-text");
            """);
        await using var admin = await demo.EnterConsoleAsync("console-late", "administrators");
        var page = admin.Page;
        await admin.GoAsync("console", "/groups/contested");
        await admin.IsInteractiveAsync();
        await page.GetByLabel("Add a person").FillAsync("console-late");
        await demo.Product.ApplyAsync("kind: Group\nname: contested\nmembers: [contested-person]\n");
        await admin.PressAsync("Add");
        await admin.SaysAsync("Somebody else changed it meanwhile");
        await admin.SaysAsync("added contested-person. removed demo.");
        await admin.SaysAsync("would add console-late");
        await admin.AuditConsoleAsync("console-group-conflict");
        Assert.DoesNotContain("console-late", await demo.Product.RunAsync(["get", "group", "contested", "-o", "yaml"]), StringComparison.Ordinal);
        await admin.PressAsync("Do mine too");
        await page.GetByRole(AriaRole.Button, new() { Name = "Remove console-late" }).WaitForAsync();
        Assert.Contains("- console-late\n- contested-person", await demo.Product.RunAsync(["get", "group", "contested", "-o", "yaml"]), StringComparison.Ordinal);

        await admin.GoAsync("console", "/people/contested-person");
        await admin.IsInteractiveAsync();
        await page.GetByLabel("Display name").FillAsync("Mine");
        await demo.Product.ApplyAsync("kind: User\nname: contested-person\nemail: theirs@example.org\n");
        await admin.PressAsync("Save");
        await admin.SaysAsync("Somebody else changed it meanwhile");
        await admin.SaysAsync("theirs@example.org");
        await admin.AuditConsoleAsync("console-person-conflict");
        await admin.PressAsync("Save mine over it");
        await admin.SaysAsync("Saved contested-person.");
        Assert.Contains("first@example.org", await demo.Product.RunAsync(["get", "user", "contested-person", "-o", "yaml"]), StringComparison.Ordinal);

        await PublishAsync("second-text");
        await admin.GoAsync("console", "/policies/contested/versions");
        await admin.IsInteractiveAsync();
        await page.GetByRole(AriaRole.Radio, new() { Name = "Compare from version 1", Exact = true }).CheckAsync();
        await page.GetByRole(AriaRole.Radio, new() { Name = "Compare to version 2", Exact = true }).CheckAsync();
        await Assertions.Expect(page.Locator(".diff")).ToContainTextAsync("second-text");
        await PublishAsync("third-text");
        await RollBackAsync(admin);
        await admin.SaysAsync("Version 3 was published meanwhile.");
        Assert.Contains("third-text", await demo.Product.RunAsync(["get", "policy", "contested", "-o", "yaml"]), StringComparison.Ordinal);
        await Assertions.Expect(page.Locator(".diff")).ToContainTextAsync("third-text");
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Roll back" }).ClickAsync();
        await admin.SaysAsync("Version 1 holds again.");
        Assert.Contains("first-text", await demo.Product.RunAsync(["get", "policy", "contested", "-o", "yaml"]), StringComparison.Ordinal);
        await admin.AuditConsoleAsync("console-versions-compared");

        // Deleted beneath the page: said plainly, and nothing comes back by accident.
        await admin.GoAsync("console", "/policies/contested");
        await admin.IsInteractiveAsync();
        await DeleteAsync(admin);
        await admin.SaysAsync("Policy contested is deleted.");
        Assert.DoesNotContain("contested", await demo.Product.RunAsync(["policy", "list"]), StringComparison.Ordinal);
        await admin.UndoAsync("Policy contested is deleted.");
        await admin.SeesAsync("Versions of contested");
        Assert.Contains("first-text", await demo.Product.RunAsync(["get", "policy", "contested", "-o", "yaml"]), StringComparison.Ordinal);
        await admin.FollowAsync("To the policy");
        await admin.SeesAsync("contested");
        await demo.Product.RunAsync(["delete", "policy", "contested"]);
        await DeleteAsync(admin);
        await admin.SaysAsync("It was deleted by somebody else");
        await admin.PressAsync("Leave it deleted");
        await admin.SaysAsync("There is no such policy");
        await admin.GoAsync("console", "/groups/contested");
        await admin.IsInteractiveAsync();
        await demo.Product.RunAsync(["delete", "group", "contested"]);
        await DeleteAsync(admin);
        await admin.SaysAsync("There is no such group");
        await admin.GoAsync("console", "/people/contested-person");
        await admin.IsInteractiveAsync();
        await DeleteAsync(admin);
        await admin.SaysAsync("contested-person is deleted.");
        Assert.Contains("no longer needed", await demo.Product.RunAsync(["audit", "list", "--limit", "50", "-o", "json"]), StringComparison.Ordinal);
    }

    private Task<string> PublishAsync(string application) =>
        demo.Product.ApplyAsync($"kind: Policy\nname: contested\ncedar: forbid (principal in Group::\"contested\", action, resource == Application::\"{application}\");\n");

    private static async Task RollBackAsync(Person admin)
    {
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Roll back to version 1" }).ClickAsync();
        await admin.AgreeAsync("Roll back", "the first was right");
    }

    private static async Task DeleteAsync(Person admin)
    {
        await admin.PressAsync("Delete");
        await admin.AgreeAsync("Delete", "no longer needed");
    }
}
