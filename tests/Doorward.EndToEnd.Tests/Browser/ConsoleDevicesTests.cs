using System.Text.Json.Nodes;
using Doorward.Agent.Tests.Posture;
using Doorward.EndToEnd.Tests.Devices;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>Devices in the console, with a real agent on a tree that stands for a machine: invited, seen, judged, held, let go; and its person's own page.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class ConsoleDevicesTests(DemoBrowser demo)
{
    private const string Expression = "context.posture.firewall.pass";

    [Fact]
    public async Task A_machine_is_invited_in_the_console_appears_turns_red_by_a_rule_while_one_looks_and_is_held_and_released()
    {
        await using var admin = await demo.EnterConsoleAsync("devices-admin", "administrators");
        await demo.AddUserAsync("owner");
        var page = admin.Page;
        await RetireAllAsync(); // of other stories
        await admin.GoAsync("console", "/devices");
        await admin.SaysAsync("No machine is enrolled yet");
        await admin.AuditConsoleAsync("console-devices-empty");
        await admin.IsInteractiveAsync();
        await admin.FollowAsync("Invite a device");
        await admin.SeesAsync("Invite a device");
        await admin.IsInteractiveAsync();
        await page.GetByLabel("Owner").FillAsync("owner");
        await page.GetByLabel("Name").FillAsync("story-laptop");
        await page.GetByLabel("Labels").FillAsync("fleet=story");
        await admin.PressAsync("Make the link");
        var link = await page.Locator("code.secret").InnerTextAsync();
        await admin.AuditConsoleAsync("console-device-invited");
        using var tree = FixtureTree.Of("linux-pass", TimeProvider.System.GetUtcNow());
        await using var agent = new AgentProcess(demo.Product, tree.Path);
        await admin.GoAsync("console", "/devices");
        await admin.IsInteractiveAsync();
        var (code, said) = await agent.EnrollAsync(link);
        Assert.True(code == 0, said);
        agent.Start();
        await Row(page).GetByText("Healthy").WaitForAsync(); // without a reload
        await admin.AuditConsoleAsync("console-devices", all: true);

        await WriteRuleAsync(admin);
        await TurnAsync(admin, agent, tree);
        await NumbersAsync(admin);
        await ConflictAsync(admin);
        await OwnPageAsync();
        await EndAsync(admin);
    }

    private async Task RetireAllAsync()
    {
        var devices = JsonNode.Parse(await demo.Product.RunAsync(["device", "list", "-o", "json"]))!;
        foreach (var device in devices.AsArray()) await demo.Product.RunAsync(["device", "retire", device!["id"]!.GetValue<string>()]);
    }

    private static async Task WriteRuleAsync(Person admin)
    {
        var page = admin.Page;
        await admin.GoAsync("console", "/posture-rules");
        await admin.SaysAsync("No posture rule yet");
        await admin.IsInteractiveAsync();
        await admin.FollowAsync("New posture rule");
        await admin.SeesAsync("New posture rule");
        await admin.IsInteractiveAsync();
        await page.WriteCedarAsync("context.posture.nothing.pass");
        await page.Locator(".cm-lintRange-error").WaitForAsync();
        await page.GetByLabel("Name").FillAsync("story-firewall");
        await admin.PressAsync("Try it on all devices");
        await page.Locator(".trouble").WaitForAsync();
        await page.WriteCedarAsync(Expression);
        await page.GetByLabel("Loosen after").FillAsync("0s");
        await page.GetByLabel("Labels").FillAsync("fleet=story");
        await admin.PressAsync("Try it on all devices");
        await admin.SaysAsync("Of 1 devices that it is for, 0 would fail");
        await admin.AuditConsoleAsync("console-new-posture-rule");
        await admin.PressAsync("Save");
        await admin.AgreeAsync("Save", "firewalls stay on");
        await admin.SaysAsync("story-firewall is saved.");
        await admin.SeesAsync("story-firewall");
    }

    private static async Task TurnAsync(Person admin, AgentProcess agent, FixtureTree tree)
    {
        var page = admin.Page;
        await admin.GoAsync("console", "/devices?search=story");
        await admin.IsInteractiveAsync();
        await Row(page).GetByRole(AriaRole.Link, new() { Name = "story-laptop" }).ClickAsync();
        await admin.SeesAsync("story-laptop");
        await admin.SaysAsync("All rules that concern it hold.");
        var firewall = Path.Combine(tree.Path, "answers/nft -j list ruleset");
        var on = await File.ReadAllTextAsync(firewall);
        await File.WriteAllTextAsync(firewall, on.Replace("\"drop\"", "\"accept\"", StringComparison.Ordinal));
        await page.Locator(".how .health.is-red").WaitForAsync(); // without a reload
        await admin.SaysAsync("Turn the firewall on.");
        await page.Locator("#history td", new() { HasText = "firewall" }).First.WaitForAsync();
        await admin.AuditConsoleAsync("console-device");

        await admin.PressAsync("Hold");
        await admin.AgreeAsync("Hold", "Look at it first.");
        await admin.SaysAsync("story-laptop is held.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Release" }).WaitForAsync();
        await admin.SaysAsync("This device is held by an administrator: Look at it first.");
        await admin.AuditConsoleAsync("console-device-held");
        await admin.PressAsync("Release");
        await admin.SaysAsync("story-laptop is released.");
        await File.WriteAllTextAsync(firewall, on);
        await page.Locator(".how .health.is-green").WaitForAsync(new() { Timeout = 60_000 });
        Assert.Equal(0, (await agent.StatusAsync()).Code);
    }

    private static async Task NumbersAsync(Person admin)
    {
        var page = admin.Page;
        await admin.GoAsync("console", "/overview");
        await admin.IsInteractiveAsync();
        await page.Locator("a.figure", new() { HasText = "all healthy" }).ClickAsync();
        await admin.SeesAsync("Compliance");
        await admin.IsInteractiveAsync();
        await admin.AuditConsoleAsync("console-compliance");
        await page.Locator(".bars a", new() { HasText = "story-firewall" }).ClickAsync();
        await admin.SaysAsync("No device matches");
        await admin.AuditConsoleAsync("console-devices-none");
    }

    private async Task ConflictAsync(Person admin)
    {
        var page = admin.Page;
        await admin.GoAsync("console", "/posture-rules/story-firewall");
        await admin.IsInteractiveAsync();
        await page.WriteCedarAsync("context.posture.firewall.provenance >= 3");
        await admin.PressAsync("Try it on all devices");
        await admin.SaysAsync("Of 1 devices that it is for, 1 would fail, 1 of them newly");
        await page.Locator(".tried").GetByText("newly fails").WaitForAsync();
        await admin.AuditConsoleAsync("console-posture-rule");
        await demo.Product.ApplyAsync($"kind: PostureRule\nname: story-firewall\nwhen: {Expression}\ntitle: Theirs.\nlabels: {{ fleet: story }}\n");
        await admin.PressAsync("Save");
        await admin.AgreeAsync("Save", "stronger");
        await admin.SaysAsync("Somebody else changed it meanwhile");
        await admin.SaysAsync("title: Theirs.");
        await admin.AuditConsoleAsync("console-posture-rule-conflict");
        await admin.PressAsync("Take what is there now");
        await page.Locator(".conflict").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Assert.Contains(Expression, await demo.Product.RunAsync(["get", "posturerule", "story-firewall", "-o", "yaml"]), StringComparison.Ordinal);
        await admin.GoAsync("console", "/posture-rules");
        await admin.SaysAsync("0 of 1 fail");
        await admin.AuditConsoleAsync("console-posture-rules");
    }

    private async Task OwnPageAsync()
    {
        await using var owner = await demo.OpenAsync();
        await owner.GoAsync("auth", "/devices");
        await owner.SignInAsync("owner", new Authenticator());
        await owner.SeesAsync("Your devices");
        await owner.SaysAsync("Healthy");
        Assert.Equal(0, await owner.Page.GetByText("Bring a machine").CountAsync());
        await owner.Page.GetByText("Rename or retire").ClickAsync();
        await owner.AuditAsync("own-devices");
        await owner.Page.GetByLabel("New name").FillAsync("owners-laptop");
        await owner.Page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
        await owner.SaysAsync("The device has its new name.");
        await demo.Product.RunAsync(["settings", "set", "--own-devices", "on"]);
        await owner.GoAsync("auth", "/devices");
        await owner.PressAsync("Make a link");
        await owner.SaysAsync("It is shown once and good once");
        await owner.AuditAsync("own-device-link");
        Assert.Contains("owners-laptop", await demo.Product.RunAsync(["device", "list"]), StringComparison.Ordinal);
    }

    private static async Task EndAsync(Person admin)
    {
        var page = admin.Page;
        await admin.GoAsync("console", "/devices");
        await admin.IsInteractiveAsync();
        await page.Keyboard.PressAsync("Control+k");
        await page.GetByRole(AriaRole.Combobox, new() { Name = "Find anything" }).FillAsync("owners-l");
        await page.GetByRole(AriaRole.Option, new() { NameRegex = new("owners-laptop") }).ClickAsync();
        await admin.SeesAsync("owners-laptop");
        await admin.IsInteractiveAsync();
        await page.GetByLabel("New name").FillAsync("last-laptop");
        await admin.PressAsync("Rename");
        await admin.SaysAsync("owners-laptop is called last-laptop now.");
        await admin.PressAsync("Retire");
        await admin.AgreeAsync("Retire", "sold");
        await admin.SaysAsync("last-laptop is retired.");
        await page.GetByRole(AriaRole.Button, new() { Name = "Hold" }).WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    private static ILocator Row(IPage page) => page.Locator("tbody tr", new() { Has = page.GetByRole(AriaRole.Link, new() { Name = "story-laptop" }) });
}
