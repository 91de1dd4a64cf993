using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>The installation itself in the console: what it lives on, and what administrators change of it.</summary>
[Collection(nameof(DemoBrowser))]
public sealed partial class ConsoleSettingsTests(DemoBrowser demo)
{
    [Fact]
    public async Task An_administrator_sees_what_the_installation_lives_on_changes_a_limit_and_takes_it_back()
    {
        await using var admin = await demo.EnterConsoleAsync("console-keeper", "administrators");
        await admin.GoAsync("console", "/settings");
        await admin.SeesAsync("Settings");
        await admin.IsInteractiveAsync();

        // The gateway of this process follows, and serves a certificate for this very page.
        var gateways = admin.Page.GetByRole(AriaRole.Region, new() { Name = "Gateways" });
        await gateways.GetByText("up to date").WaitForAsync();
        await gateways.GetByText("in this process").WaitForAsync();
        await WaitForReloadedAsync(admin, $"console.{Doorward.Testing.Product.ProductProcess.Domain}");
        var keys = admin.Page.GetByRole(AriaRole.Region, new() { Name = "Keys" });
        foreach (var kind in new[] { "Assertions", "Application cookies", "OpenID tokens", "Sign-in in progress", "Audit log", "Seal", "Authority of the parts", "Authority of the doors" })
            await keys.GetByText(kind, new() { Exact = true }).First.WaitForAsync();

        await admin.Page.GetByLabel("Idle sessions end after").FillAsync("1m");
        await admin.PressAsync("Save");
        await admin.SaysAsync("The duration is out of bounds.");
        await admin.Page.GetByLabel("Idle sessions end after").FillAsync("9h");
        await admin.PressAsync("Save");
        await admin.SaysAsync("The settings are saved.");
        Assert.Contains("idleTimeout: 9h", await demo.Product.RunAsync(["settings", "show"]), StringComparison.Ordinal);
        await admin.PressAsync("Undo");
        await Assertions.Expect(admin.Page.GetByLabel("Idle sessions end after")).ToHaveValueAsync("12h");
        Assert.Contains("idleTimeout: 12h", await demo.Product.RunAsync(["settings", "show"]), StringComparison.Ordinal);

        await keys.GetByRole(AriaRole.Button, new() { Name = "Rotate now: Assertions" }).ClickAsync();
        var dialog = admin.Page.Locator("dialog[open]");
        await dialog.GetByLabel("Reason").FillAsync("an operator left");
        var before = AssertionKeys(await demo.Product.RunAsync(["key", "list"]));
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Rotate now" }).ClickAsync();
        await admin.SaysAsync("Every connected gateway makes its next key now.");
        for (var after = before; after.Count == before.Count; after = AssertionKeys(await demo.Product.RunAsync(["key", "list"])))
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, TestContext.Current.CancellationToken);

        await admin.PressAsync("Back up now");
        await admin.SaysAsync("Done.");
        var file = Directory.GetFiles(Path.Combine(demo.Product.Data, "backups")).Single();
        Assert.Contains(file, await admin.TextAsync(), StringComparison.Ordinal);

        await admin.Page.GetByLabel("Name of a new gateway").FillAsync("edge-7");
        await admin.PressAsync("Make a join token");
        await admin.SaysAsync("Join token for edge-7.");
        Assert.Matches("dwj_", await admin.Page.Locator("code.secret").InnerTextAsync());
        await admin.AuditConsoleAsync("console-settings-done");
    }

    // Certificates are told every few seconds, and the page reads them once.
    private static async Task WaitForReloadedAsync(Person admin, string host)
    {
        while (!await admin.Page.GetByRole(AriaRole.Region, new() { Name = "Certificates of hosts" }).GetByText(host, new() { Exact = true }).IsVisibleAsync())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await admin.Page.ReloadAsync();
            await admin.IsInteractiveAsync();
        }
    }

    private static IReadOnlyList<string> AssertionKeys(string listed) => [.. AssertionKey().Matches(listed).Select(static line => line.Value)];

    [GeneratedRegex("^assertion .*$", RegexOptions.Multiline)]
    private static partial Regex AssertionKey();
}
