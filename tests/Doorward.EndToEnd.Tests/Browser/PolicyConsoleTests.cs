using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>Policies in the console: written, tested, weighed, published, taken back.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class PolicyConsoleTests(DemoBrowser demo)
{
    [Fact]
    public async Task A_policy_is_stopped_by_its_test_mended_published_explained_and_rolled_back()
    {
        await demo.AddUserAsync("pat");
        await using var visitor = await demo.OpenAsync();
        await visitor.GoAsync("desk");
        await visitor.SignInAsync("pat", new Authenticator());
        await visitor.ArrivesAsync("desk");

        await using var admin = await demo.EnterConsoleAsync("policy-admin", "administrators");
        await admin.GoAsync("console", "/new-policy");
        await admin.IsInteractiveAsync();
        await admin.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("desk-closed");
        await WriteAsync(admin, """forbid (principal in Group::"pat-group", action, resource == Application::"desk");""");

        // Whom it concerns is there before anything is agreed to, also beside what was asked on the page.
        var dialog = admin.Page.Locator("dialog[open]");
        await admin.PressAsync("See impact");
        await admin.SaysAsync("newly denied. Recorded");
        await admin.PressAsync("Publish");
        await dialog.GetByRole(AriaRole.Row, new() { NameRegex = new("newly denied pat desk, read") }).WaitForAsync();
        await admin.AuditConsoleAsync("policy-publish");
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();

        await admin.PressAsync("Add a test");
        await admin.Page.GetByLabel("What it tests").FillAsync("pat reads the desk");
        await admin.Page.Locator("#test-user").FillAsync("pat");
        await admin.Page.Locator("#test-application").FillAsync("desk");
        await admin.AuditConsoleAsync("policy-test-dialog");
        await admin.PressAsync("Keep test");
        await admin.Page.WaitForFunctionAsync("() => Object.entries(sessionStorage).some(([key, kept]) => key.startsWith('draft:') && key.endsWith('policy/new') && kept.includes('pat reads'))");

        // What is half typed outlives the page.
        await admin.Page.ReloadAsync();
        await admin.SaysAsync("This is what you had typed and not published.");
        await admin.IsInteractiveAsync();
        await Assertions.Expect(admin.Page.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync("desk-closed");

        await admin.PressAsync("Publish");
        await admin.SaysAsync("Nothing was published.");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Row, new() { NameRegex = new("pat reads the desk.*got deny.*decided by desk-closed") })).ToBeVisibleAsync();
        Assert.DoesNotContain("desk-closed", await demo.Product.RunAsync(["policy", "list"]), StringComparison.Ordinal);

        await admin.PressAsync("See impact");
        await admin.SaysAsync("newly denied. Recorded");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Row, new() { NameRegex = new("newly denied pat desk, read") })).ToBeVisibleAsync();
        await admin.AuditConsoleAsync("policy-blocked");

        await WriteAsync(admin, """forbid (principal in Group::"pat-group", action == Action::"write", resource == Application::"desk");""");
        await admin.PressAsync("Publish");
        await dialog.GetByText("0 newly allowed and 0 newly denied. Recorded").WaitForAsync();
        await admin.AgreeAsync("Publish", "the desk is read only");
        await admin.SeesAsync("desk-closed");
        await admin.SaysAsync("Version 1. A change is a new version");
        await admin.AuditConsoleAsync("policy");
        Assert.Contains("the desk is read only", await demo.Product.RunAsync(["policy", "history", "desk-closed"]), StringComparison.Ordinal);

        await admin.GoAsync("console", "/what-if?user=pat&application=desk&action=write");
        await admin.SaysAsync("Forbidden by desk-closed.");
        await admin.SaysAsync("decided");
        await admin.IsInteractiveAsync();
        await admin.AuditConsoleAsync("what-if");

        await demo.Product.ApplyAsync("kind: Policy\nname: desk-closed\nreportOnly: true\ncedar: |\n  forbid (principal in Group::\"pat-group\", action == Action::\"write\", resource == Application::\"desk\");\n");
        await admin.GoAsync("console", "/policies/desk-closed/versions?from=1&to=2");
        await admin.IsInteractiveAsync();
        await admin.SaysAsync("reportOnly: true");
        await admin.AuditConsoleAsync("policy-versions");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "Roll back to version 1" }).ClickAsync();
        await admin.AgreeAsync("Roll back", "it was right before");
        await admin.SaysAsync("Version 1 holds again.");
        await Assertions.Expect(admin.Page.GetByRole(AriaRole.Row, new() { NameRegex = new("3 in force.*it was right before") })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_second_of_two_administrators_sees_both_versions_and_who_may_only_see_can_change_nothing()
    {
        await demo.Product.ApplyAsync("kind: Policy\nname: shared\ncedar: forbid (principal in Group::\"nobody-here\", action, resource);\n");
        await using var admin = await demo.EnterConsoleAsync("policy-second", "administrators");
        await admin.GoAsync("console", "/policies/shared");
        await admin.IsInteractiveAsync();
        await WriteAsync(admin, """forbid (principal in Group::"mine", action, resource);""");
        await demo.Product.ApplyAsync("kind: Policy\nname: shared\ncedar: forbid (principal in Group::\"theirs\", action, resource);\n");
        await admin.PressAsync("Publish");
        await admin.AgreeAsync("Publish", "mine is better");
        await admin.SaysAsync("Somebody else changed it meanwhile");
        var both = await admin.Page.Locator(".conflict").InnerTextAsync();
        Assert.Contains("Group::\"theirs\"", both, StringComparison.Ordinal);
        Assert.Contains("Group::\"mine\"", both, StringComparison.Ordinal);
        await admin.AuditConsoleAsync("policy-conflict");

        await using var auditor = await demo.EnterConsoleAsync("policy-auditor", "auditors");
        await auditor.GoAsync("console", "/policies/shared");
        await auditor.IsInteractiveAsync();
        await Assertions.Expect(auditor.Page.Locator(".cm-content")).ToContainTextAsync("theirs");
        await auditor.Page.GetByRole(AriaRole.Button, new() { Name = "See impact" }).WaitForAsync();
        Assert.Equal(0, await auditor.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^(Publish|Delete|Add a test|Lay out)$") }).CountAsync());
        await auditor.GoAsync("console", "/new-policy");
        await auditor.SaysAsync("Only administrators may write policies");
        await auditor.IsInteractiveAsync();
        await auditor.AuditConsoleAsync("only-administrators");
    }

    private static Task WriteAsync(Person person, string cedar) => person.Page.WriteCedarAsync(cedar);
}
