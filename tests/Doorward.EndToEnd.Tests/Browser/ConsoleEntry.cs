using System.Text.Json.Nodes;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>Comes into the console as somebody with a role, as far as its first page.</summary>
public static class ConsoleEntry
{
    public static async Task<Person> EnterConsoleAsync(this DemoBrowser demo, string name, string role)
    {
        await demo.AddUserAsync(name);
        var group = JsonNode.Parse(await demo.Product.RunAsync(["get", "group", role, "-o", "json"]))!;
        var members = (group["spec"]?["members"] ?? group["members"])?.AsArray().Select(member => member!.GetValue<string>()) ?? [];
        await demo.Product.ApplyAsync($"kind: Group\nname: {role}\nmembers: [{string.Join(", ", members.Append(name))}]\n");
        var person = await demo.OpenAsync();
        await person.GoAsync("console");
        await person.SignInAsync(name, new Authenticator());
        await person.Page.Locator("#places a").First.WaitForAsync();
        return person;
    }

    /// <summary>Waits for the circuit: the palette's button does nothing before it is there.</summary>
    public static async Task IsInteractiveAsync(this Person person)
    {
        await person.Page.WaitForFunctionAsync(
            "() => { if (document.querySelector('dialog.palette').open) return true; if (Date.now() - (window.pressed ?? 0) > 1000) { window.pressed = Date.now(); document.getElementById('palette-open').click(); } return false; }");
        // A press that was answered late opens it once more.
        await person.Page.WaitForFunctionAsync(
            "() => { const palette = document.querySelector('dialog.palette'); if (palette.open) { palette.close(); window.closed = Date.now(); } return Date.now() - (window.closed ??= Date.now()) > 300; }");
    }
}
