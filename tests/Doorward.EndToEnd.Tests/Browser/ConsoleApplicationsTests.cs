using System.Text.Json.Nodes;
using Doorward.Testing.Product;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>Applications in the console, as a new administrator makes and changes them.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class ConsoleApplicationsTests(DemoBrowser demo)
{
    [Fact]
    public async Task The_first_application_is_made_by_the_wizard_and_a_person_reaches_it()
    {
        await demo.AddUserAsync("newcomer");
        var upstream = JsonNode.Parse(await demo.Product.RunAsync(["get", "application", "desk", "-o", "json"]))!["spec"]!["upstream"]!.GetValue<string>();
        await using var admin = await demo.EnterConsoleAsync("console-maker", "administrators");
        await admin.GoAsync("console", "/applications");
        await admin.IsInteractiveAsync();
        await admin.FollowAsync("New application");
        await admin.SeesAsync("New application");
        var page = admin.Page;
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("first");
        await page.GetByLabel("Upstream", new() { Exact = true }).FillAsync("http://169.254.169.254");
        await admin.PressAsync("Test connection");
        await admin.SaysAsync("is a link-local, metadata or unspecified address");
        await page.GetByLabel("Upstream", new() { Exact = true }).FillAsync(upstream);
        await admin.PressAsync("Test connection");
        await admin.SaysAsync("It answers with status");
        await page.GetByLabel("Group", new() { Exact = true }).FillAsync("first-group");
        await page.Locator("#provider").SelectOptionAsync("elsewhere");
        await page.Locator("#issuer").WaitForAsync();
        await page.Locator("#provider").SelectOptionAsync("here");
        await page.Locator("#issuer").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        await page.GetByLabel("People", new() { Exact = true }).FillAsync("newcomer");
        await page.Locator("pre", new() { HasText = "members: [newcomer]" }).WaitForAsync();
        await admin.AuditConsoleAsync("console-first-application");
        var yaml = string.Join("\n---\n", await page.Locator("pre").AllInnerTextsAsync());
        await admin.PressAsync("Make it reachable");
        await admin.SeesAsync("first");
        await admin.SaysAsync("newcomer");
        await admin.SaysAsync("unknown: it has no health check");

        // What is folded away is of the form as well; a gateway soon says what it found.
        await page.GetByText("Health check", new() { Exact = true }).ClickAsync();
        await page.GetByLabel("Ask its upstreams how they are").CheckAsync();
        await page.GetByLabel("Every", new() { Exact = true }).FillAsync("1s");
        await page.GetByLabel("Answer within", new() { Exact = true }).FillAsync("1s");
        await admin.PressAsync("Save");
        await admin.SaysAsync("✓ well, says");
        await admin.AuditConsoleAsync("console-application");
        yaml = await page.Locator("pre").First.InnerTextAsync();
        Assert.Matches("interval: \"?1s\"?", yaml);
        await admin.GoAsync("console", "/applications?search=first");
        await admin.SaysAsync("✓ well");
        await admin.AuditConsoleAsync("console-applications-health");

        // What the page showed is what apply takes: applying it again changes nothing.
        Assert.DoesNotContain("updated", await demo.Product.ApplyAsync(yaml), StringComparison.OrdinalIgnoreCase);
        await using var person = await demo.OpenAsync();
        await person.GoAsync("first");
        await person.SignInAsync("newcomer", new Authenticator());
        await person.ArrivesAsync("first");
        Assert.Equal(200, person.Status);
    }

    [Fact]
    public async Task Two_administrators_change_one_application_and_the_second_sees_both_versions()
    {
        await using var admin = await demo.EnterConsoleAsync("console-second", "administrators");
        await demo.Product.ApplyAsync($"kind: Application\nname: shared\nhosts: [shared.{ProductProcess.Domain}]\nupstream: http://127.0.0.1:9\n");
        await admin.GoAsync("console", "/applications?search=share");
        await admin.IsInteractiveAsync();
        await admin.FollowAsync("shared");
        await admin.SeesAsync("shared");
        var labels = admin.Page.GetByLabel("Labels", new() { Exact = true });
        await labels.FillAsync("team=blue");
        await demo.Product.ApplyAsync($"kind: Application\nname: shared\nhosts: [shared.{ProductProcess.Domain}]\nupstream: http://127.0.0.1:9\nlabels: {{ team: red }}\n");
        await admin.PressAsync("Save");
        await admin.SaysAsync("Somebody else changed it meanwhile");
        await admin.Page.Locator(".versions pre", new() { HasText = "team: red" }).WaitForAsync();
        await admin.Page.Locator(".versions pre", new() { HasText = "team: blue" }).WaitForAsync();
        await admin.AuditConsoleAsync("console-application-conflict");
        Assert.Contains("red", await demo.Product.RunAsync(["get", "application", "shared"]), StringComparison.Ordinal);
        await admin.PressAsync("Save mine over it");
        await admin.SaysAsync("Saved shared.");
        Assert.Contains("blue", await demo.Product.RunAsync(["get", "application", "shared"]), StringComparison.Ordinal);

        await admin.PressAsync("Delete");
        await admin.AgreeAsync("Delete", "by mistake");
        await admin.SaysAsync("Deleted shared.");
        Assert.DoesNotContain("shared", await demo.Product.RunAsync(["get", "applications"]), StringComparison.Ordinal);
        await admin.UndoAsync("Deleted shared.");
        await admin.SeesAsync("shared");
        Assert.Contains("blue", await demo.Product.RunAsync(["get", "application", "shared"]), StringComparison.Ordinal);

        await demo.Product.RunAsync(["delete", "application", "shared"]);
        await labels.FillAsync("team=green");
        await admin.PressAsync("Save");
        await admin.SaysAsync("There is no such application");
        Assert.DoesNotContain("shared", await demo.Product.RunAsync(["get", "applications"]), StringComparison.Ordinal);
    }
}
