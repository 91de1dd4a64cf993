using System.Text.Json;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>A device with a screen lock that holds passkeys, and whose owner always agrees: Chromium's virtual authenticator, of one window.</summary>
public sealed class Passkeys
{
    private readonly ICDPSession _devtools;
    private readonly string _authenticator;

    private Passkeys(ICDPSession devtools, string authenticator) => (_devtools, _authenticator) = (devtools, authenticator);

    public static async Task<Passkeys> HoldAsync(IPage page)
    {
        var devtools = await page.Context.NewCDPSessionAsync(page);
        await devtools.SendAsync("WebAuthn.enable");
        var made = await devtools.SendAsync("WebAuthn.addVirtualAuthenticator", new Dictionary<string, object>
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
        return new Passkeys(devtools, made!.Value.GetProperty("authenticatorId").GetString()!);
    }

    /// <summary>A person's device is the same in every window; the virtual one is not, until it is told.</summary>
    public async Task ShowToAsync(IPage window)
    {
        var there = await HoldAsync(window);
        var held = await _devtools.SendAsync("WebAuthn.getCredentials", new Dictionary<string, object> { ["authenticatorId"] = _authenticator });
        foreach (var credential in held!.Value.GetProperty("credentials").EnumerateArray())
        {
            await there._devtools.SendAsync("WebAuthn.addCredential", new Dictionary<string, object>
            {
                ["authenticatorId"] = there._authenticator,
                ["credential"] = JsonSerializer.Deserialize<Dictionary<string, object>>(credential)!,
            });
        }
    }
}

public static class PasskeySteps
{
    public static Task<Passkeys> HoldPasskeysAsync(this Person person) => Passkeys.HoldAsync(person.Page);

    /// <summary>From any page, for somebody who has just signed in.</summary>
    public static async Task<Passkeys> AddPasskeyAsync(this Person person)
    {
        var device = await person.HoldPasskeysAsync();
        await person.GoAsync("auth", "/factors");
        await person.FillAsync("name", "Laptop");
        await person.PressAsync("Add a passkey");
        await person.SaysAsync("Your passkey is added.");
        return device;
    }
}
