using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>A posture provider in the console: made, found by somebody who is faster, given a new secret, deleted; the command line sees the same.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class ConsoleProvidersTests(DemoBrowser demo)
{
    private const string Name = "story-sensor";

    [Fact]
    public async Task A_posture_provider_is_made_changed_beside_somebody_else_given_a_new_secret_and_deleted()
    {
        await using var admin = await demo.EnterConsoleAsync("providers-admin", "administrators");
        var page = admin.Page;
        await admin.GoAsync("console", "/posture-providers");
        await admin.SaysAsync("No posture provider yet");
        await admin.AuditConsoleAsync("console-providers-empty");
        await admin.IsInteractiveAsync();
        await admin.FollowAsync("New posture provider");
        await admin.SeesAsync("New posture provider");
        await admin.IsInteractiveAsync();
        await page.GetByLabel("Name").FillAsync(Name);
        await page.Locator("#product").SelectOptionAsync("wazuh");
        await admin.PressAsync("Save"); // nothing would ever be heard of it
        await page.Locator(".trouble").WaitForAsync();
        await admin.PressAsync("Make a new one");
        await EventuallyAsync(async () => (await page.Locator("#webhook-secret").InputValueAsync()).StartsWith("whsec_", StringComparison.Ordinal));
        var secret = await page.Locator("#webhook-secret").InputValueAsync();
        Assert.DoesNotContain(secret, await page.Locator(".yaml").InnerTextAsync(), StringComparison.Ordinal);
        await admin.AuditConsoleAsync("console-new-provider");
        await admin.PressAsync("Save");
        await admin.SaysAsync($"{Name} is saved.");
        await admin.SeesAsync(Name);
        await admin.IsInteractiveAsync();
        await admin.SaysAsync("One is kept.");
        Assert.Equal("", await page.Locator("#webhook-secret").InputValueAsync());
        Assert.Equal("wazuh", (await StoredAsync())["product"]!.GetValue<string>());

        await page.GetByLabel("Oldest word that counts").FillAsync("2h");
        await demo.Product.ApplyAsync($"kind: PostureProvider\nname: {Name}\nproduct: wazuh\npasses: yellow\nwebhook: {{ secret: {{ set: true }} }}\n");
        await admin.PressAsync("Save");
        await admin.SaysAsync("Somebody else changed it meanwhile");
        await admin.SaysAsync("passes: yellow");
        await admin.AuditConsoleAsync("console-provider-conflict");
        await admin.PressAsync("Keep mine");
        await admin.PressAsync("Save");
        await EventuallyAsync(async () => (await StoredAsync())["maxAge"]?.GetValue<string>() == "2h"); // the first save's toast is still there
        Assert.Null((await StoredAsync())["passes"]);
        await admin.PressAsync("Undo");
        await EventuallyAsync(async () => (await StoredAsync())["passes"]?.GetValue<string>() == "yellow");

        await admin.GoAsync("console", $"/posture-providers/{Name}");
        await admin.IsInteractiveAsync();
        await admin.PressAsync("Make a new one");
        await admin.PressAsync("Save");
        await admin.SaysAsync($"{Name} is saved, with its new secret.");
        await admin.AuditConsoleAsync("console-provider");
        await admin.GoAsync("console", "/posture-providers");
        await admin.SaysAsync("sends");
        await admin.AuditConsoleAsync("console-providers");
        await admin.GoAsync("console", $"/posture-providers/{Name}");
        await admin.IsInteractiveAsync();
        await admin.PressAsync("Delete");
        await admin.AgreeAsync("Delete", "replaced");
        await admin.SaysAsync($"{Name} is deleted.");
        await admin.SaysAsync("No posture provider yet");
    }

    private async Task<JsonObject> StoredAsync() =>
        JsonNode.Parse(await demo.Product.RunAsync(["get", "postureprovider", Name, "-o", "json"]))!["spec"]!.AsObject();

    private static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        for (var i = 0; i < 300 && !await holds(); i++) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        Assert.True(await holds());
    }
}
