using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>How a new administrator comes in for the first time.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class ConsoleEnrolmentTests(DemoBrowser demo)
{
    [Fact]
    public async Task A_new_administrator_enrols_by_the_one_time_link_with_a_passkey_and_is_in_the_console()
    {
        await using var person = await demo.OpenAsync();
        await demo.Product.RunAsync(["user", "add", "fresh-admin"]);
        await demo.JoinAsync("fresh-admin", "administrators");
        var link = (await demo.Product.RunAsync(["user", "invite", "fresh-admin"])).Split().Single(word => word.StartsWith("https://", StringComparison.Ordinal));
        await person.HoldPasskeysAsync();
        await person.Page.GotoAsync(link);
        await person.SeesAsync("Welcome");
        await person.PressAsync("Begin");
        await person.SeesAsync("Set up your sign-in");
        await person.PressAsync("Create a passkey");
        await person.SeesAsync("Done. Keep these recovery codes");
        await person.PressAsync("I have kept them");
        await person.SeesAsync("Your applications");
        await person.Page.GetByRole(AriaRole.Link, new() { Name = "console" }).ClickAsync();
        await person.SeesAsync("Overview");
        await person.IsInteractiveAsync();

        // The session is one of a passkey, and its own administrator sees it so.
        await person.GoAsync("console", "/people/fresh-admin");
        await person.SaysAsync("Passkey");
        await person.Page.GetByRole(AriaRole.Button, new() { Name = "Disable", Exact = true }).WaitForAsync();

        await using var late = await demo.OpenAsync();
        await late.Page.GotoAsync(link);
        await late.SeesAsync("This link is no longer good");
        await late.GoAsync("console");
        await late.SeesAsync("Sign in");
    }
}
