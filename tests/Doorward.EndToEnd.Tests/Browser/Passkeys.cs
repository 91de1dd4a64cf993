using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>A device with a screen lock that holds passkeys, and whose owner always agrees: Chromium's virtual authenticator.</summary>
public static class Passkeys
{
    public static async Task HoldPasskeysAsync(this Person person)
    {
        var devtools = await person.Page.Context.NewCDPSessionAsync(person.Page);
        await devtools.SendAsync("WebAuthn.enable");
        await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
        {
            ["options"] = new Dictionary<string, object>
            {
                ["protocol"] = "ctap2",
                ["transport"] = "internal",
                ["hasResidentKey"] = true,
                ["hasUserVerification"] = true,
                ["isUserVerified"] = true,
                ["automaticPresenceSimulation"] = true,
            },
        });
    }

    /// <summary>From any page, for somebody who has just signed in.</summary>
    public static async Task AddPasskeyAsync(this Person person)
    {
        await person.HoldPasskeysAsync();
        await person.GoAsync("auth", "/factors");
        await person.FillAsync("name", "Laptop");
        await person.PressAsync("Add a passkey");
        await person.SaysAsync("Your passkey is added.");
    }
}
