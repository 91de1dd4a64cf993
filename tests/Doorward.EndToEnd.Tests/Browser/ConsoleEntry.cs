using System.Text.Json.Nodes;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>Comes into the console as somebody with a role, as far as its first page.</summary>
public static class ConsoleEntry
{
    public static async Task<Person> EnterConsoleAsync(this DemoBrowser demo, string name, string role)
    {
        await demo.AddUserAsync(name);
        await demo.JoinAsync(name, role);
        return await demo.OpenAsync(async person =>
        {
            await person.GoAsync("console");
            await person.SignInAsync(name, new Authenticator());
            await person.Page.Locator("#places a").First.WaitForAsync();
        });
    }

    public static async Task JoinAsync(this DemoBrowser demo, string name, string role)
    {
        var group = JsonNode.Parse(await demo.Product.RunAsync(["get", "group", role, "-o", "json"]))!;
        var members = (group["spec"]?["members"] ?? group["members"])?.AsArray().Select(member => member!.GetValue<string>()) ?? [];
        await demo.Product.ApplyAsync($"kind: Group\nname: {role}\nmembers: [{string.Join(", ", members.Append(name))}]\n");
    }

    /// <summary>Gives the open dialog a reason and presses its button.</summary>
    public static async Task AgreeAsync(this Person person, string act, string reason)
    {
        var dialog = person.Page.Locator("dialog[open]");
        await dialog.GetByLabel("Reason").FillAsync(reason);
        await dialog.GetByRole(AriaRole.Button, new() { Name = act, Exact = true }).ClickAsync();
    }

    /// <summary>Takes back what a toast says was done.</summary>
    public static Task UndoAsync(this Person person, string done) =>
        person.Page.Locator(".toast", new() { HasText = done }).GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();

    /// <summary>Puts a text in the place of what the policy's editor holds.</summary>
    public static async Task WriteCedarAsync(this IPage page, string cedar)
    {
        await page.Locator(".cm-content").ClickAsync();
        await page.Keyboard.PressAsync("Control+a");
        await page.Keyboard.InsertTextAsync(cedar);
    }

    /// <summary>Waits for the circuit: what is pressed before it is there is lost.</summary>
    public static Task IsInteractiveAsync(this Person person) => person.Page.IsInteractiveAsync();

    public static Task IsInteractiveAsync(this IPage page) => page.WaitForFunctionAsync("() => window.isLive");

    /// <summary>Notes when a page's circuit first speaks: it names the tab once the page is drawn by it.</summary>
    internal static Task NoteCircuitsAsync(this IBrowserContext context) => context.AddInitScriptAsync(
        """
        let own;
        Object.defineProperty(window, 'doorward', {
          get: () => own,
          set: given => {
            own = given;
            const name = given.title;
            given.title = text => { window.isLive = true; name?.(text); };
          },
        });
        """);
}
