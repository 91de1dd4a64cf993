using System.Text.Json;

namespace Doorward.EndToEnd.Tests.Browser;

[Collection(nameof(DemoBrowser))]
public sealed class PasskeyTests(DemoBrowser demo)
{
    [Fact]
    public async Task Whoever_adds_a_passkey_signs_in_with_it_without_typing_a_name()
    {
        await demo.AddUserAsync("keyholder");
        await using var person = await demo.OpenAsync();
        await person.GoAsync("desk");
        await person.SignInAsync("keyholder", new Authenticator());
        await person.ArrivesAsync("desk");
        await person.AddPasskeyAsync();
        await person.AuditAsync("factors-with-passkey");
        await SignOutAsync(person);

        await person.GoAsync("safe");
        await person.SeesAsync("Sign in");
        await person.PressAsync("Use a passkey");
        await person.ArrivesAsync("safe");
        await person.GoAsync("safe", "/.doorward/whoami");
        using var who = JsonDocument.Parse(await person.Page.Locator("pre").First.InnerTextAsync());
        Assert.Equal("keyholder", who.RootElement.GetProperty("user").GetString());
        Assert.Equal(3, who.RootElement.GetProperty("assurance").GetInt32());

        await person.GoAsync("auth", "/factors");
        await person.Page.GetByRole(Microsoft.Playwright.AriaRole.Button, new() { Name = "Remove the passkey Laptop" }).ClickAsync();
        await person.SaysAsync("The passkey is removed.");
        await SignOutAsync(person);
        await person.GoAsync("safe");
        await person.SeesAsync("Sign in");
        await person.PressAsync("Use a passkey");
        await person.SaysAsync("This passkey was not accepted.");
        await person.AuditAsync("passkey-not-accepted");
    }

    [Fact]
    public async Task Whoever_is_invited_enrols_with_a_passkey_alone()
    {
        await using var person = await demo.OpenAsync();
        await demo.Product.RunAsync(["user", "add", "key-newcomer"]);
        var link = (await demo.Product.RunAsync(["user", "invite", "key-newcomer"])).Split().Single(word => word.StartsWith("https://", StringComparison.Ordinal));
        await person.HoldPasskeysAsync();
        await person.Page.GotoAsync(link);
        await person.PressAsync("Begin");
        await person.PressAsync("Create a passkey");
        await person.SeesAsync("Done. Keep these recovery codes");
        await person.GoAsync("auth", "/sessions");
        Assert.Contains("passkey", await person.Page.Locator(".list").InnerTextAsync(), StringComparison.Ordinal);
        await person.GoAsync("auth");
        await person.SaysAsync("No application opens for you yet.");
        await person.AuditAsync("no-applications");
    }

    [Fact]
    public async Task A_browser_that_does_not_trust_the_certificate_refuses_passkeys_and_the_page_says_so_and_offers_the_code()
    {
        await using var person = await demo.OpenDistrustingAsync();
        // What a browser shows in place of the page, and how people who know Chromium go on from there.
        await Assert.ThrowsAsync<Microsoft.Playwright.PlaywrightException>(() => person.GoAsync("auth", "/signin"));
        await person.SeesAsync("Your connection is not private");
        await person.Page.Keyboard.TypeAsync("thisisunsafe");
        await person.SeesAsync("Sign in");
        await person.PressAsync("Use a passkey");
        await person.SaysAsync("This browser does not trust the certificate of this site, and so refuses passkeys here.");
        await person.SaysAsync("Sign in with your name and password instead; a code from your app counts as a second factor.");
        Assert.Equal("alert", await person.Page.EvaluateAsync<string>("document.activeElement.getAttribute('role')"));
        Assert.Empty(await PageAudit.WrongAsync(person.Page));
    }

    private static async Task SignOutAsync(Person person)
    {
        await person.GoAsync("auth");
        await person.FollowAsync("Sign out");
        await person.SeesAsync("Sign out?");
        await person.AuditAsync("sign-out");
        await person.PressAsync("Sign out");
        await person.SeesAsync("You are signed out");
        await person.AuditAsync("signed-out");
    }
}
