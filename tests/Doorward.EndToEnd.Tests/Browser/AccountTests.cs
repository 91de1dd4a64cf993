using Doorward.Testing.Product;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

[Collection(nameof(DemoBrowser))]
public sealed class AccountTests(DemoBrowser demo)
{
    [Fact]
    public async Task People_see_their_sessions_and_end_one_of_them()
    {
        await demo.AddUserAsync("traveller");
        var authenticator = new Authenticator();
        await using var here = await SignedInAsync("traveller", authenticator);
        await using var elsewhere = await SignedInAsync("traveller", authenticator);

        await here.GoAsync("auth", "/sessions");
        Assert.Equal(2, await here.Page.Locator(".list > li").CountAsync());
        await here.AuditAsync("sessions");
        await here.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^End the session of") }).ClickAsync();
        await here.SaysAsync("The session has ended.");
        await here.AuditAsync("session-ended");

        await elsewhere.GoAsync("desk");
        await elsewhere.SeesAsync("Sign in");
        await here.GoAsync("desk");
        await here.ArrivesAsync("desk");
    }

    [Fact]
    public async Task Signing_out_ends_every_application()
    {
        await demo.AddUserAsync("leaver");
        await using var person = await SignedInAsync("leaver", new Authenticator());
        await person.GoAsync("notes");
        await person.ArrivesAsync("notes");
        await person.GoAsync("auth", "/signout");
        await person.PressAsync("Sign out");
        await person.SeesAsync("You are signed out");
        foreach (var application in new[] { "desk", "notes" })
        {
            await person.GoAsync(application);
            await person.SeesAsync("Sign in");
        }
    }

    [Fact]
    public async Task People_change_what_they_sign_in_with()
    {
        await demo.AddUserAsync("changer");
        var authenticator = new Authenticator();
        await using var elsewhere = await SignedInAsync("changer", authenticator);
        await using var person = await SignedInAsync("changer", authenticator);
        await person.GoAsync("auth", "/factors");
        await person.AuditAsync("factors");

        await person.FillAsync("password", "password1234");
        await person.PressAsync("Change password");
        await person.Page.Locator("[role=alert]").First.WaitForAsync();
        await person.AuditAsync("factors-wrong-password");
        await person.FillAsync("password", "three unrelated words: otter lamp Zurich");
        await person.PressAsync("Change password");
        await person.SaysAsync("Your password is changed. Your other sessions have ended.");
        await elsewhere.GoAsync("desk");
        await elsewhere.SeesAsync("Sign in");

        await person.PressAsync("Make new codes");
        await person.SeesAsync("Your new recovery codes");
        await person.FollowAsync("Sign-in methods");
        await person.FollowAsync("See them again");
        await person.SeesAsync("Your new recovery codes");
        var recovery = await person.Page.Locator(".codes li").First.InnerTextAsync();
        await person.PressAsync("I have kept them");
        Assert.Equal(0, await person.Page.GetByText("See them again").CountAsync());

        await person.FollowAsync("Replace");
        await person.SeesAsync("Set up an authenticator app");
        await person.AuditAsync("new-authenticator");
        var replaced = new Authenticator((await person.Page.Locator(".code").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal));
        await person.FillAsync("code", await replaced.NextAsync());
        await person.PressAsync("Finish");
        await person.SaysAsync("Your authenticator app is set up.");

        await elsewhere.FillAsync("username", "changer");
        await elsewhere.FillAsync("password", "three unrelated words: otter lamp Zurich");
        await elsewhere.PressAsync("Sign in");
        await elsewhere.FollowAsync("I lost my device: use a recovery code");
        await elsewhere.SeesAsync("Use a recovery code");
        await elsewhere.FillAsync("recovery", "wrong-code-here-1234");
        await elsewhere.PressAsync("Continue");
        await elsewhere.SaysAsync("That code is wrong or was used already.");
        await elsewhere.AuditAsync("recovery-code-wrong");
        await elsewhere.FillAsync("recovery", recovery);
        await elsewhere.PressAsync("Continue");
        await elsewhere.ArrivesAsync("desk");
    }

    [Fact]
    public async Task Signing_in_needs_no_mouse()
    {
        await demo.AddUserAsync("typist");
        await using var person = await demo.OpenAsync();
        await person.GoAsync("desk");
        await person.SeesAsync("Sign in");
        await person.Page.Keyboard.TypeAsync("typist");
        await person.Page.Keyboard.PressAsync("Tab");
        await person.Page.Keyboard.TypeAsync(Visitor.Password);
        Assert.NotEqual("none", await person.Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
        await person.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("BUTTON", await person.Page.EvaluateAsync<string>("document.activeElement.tagName"));
        await person.Page.Keyboard.PressAsync("Enter");
        await person.SeesAsync("One more step");
        await person.Page.Keyboard.TypeAsync(await new Authenticator().NextAsync());
        await person.Page.Keyboard.PressAsync("Enter");
        await person.ArrivesAsync("desk");
    }

    [Fact]
    public async Task A_form_that_is_pressed_twice_is_sent_once_and_does_not_use_its_code_up()
    {
        await demo.AddUserAsync("impatient");
        await using var person = await demo.OpenAsync();
        await person.GoAsync("desk");
        await person.SeesAsync("Sign in");
        await person.FillAsync("username", "impatient");
        await person.FillAsync("password", Visitor.Password);
        await person.PressAsync("Sign in");
        await person.SeesAsync("One more step");
        await person.FillAsync("code", await new Authenticator().NextAsync());
        await person.Page.EvaluateAsync("const button = document.querySelector('form button'); button.click(); setTimeout(() => button.click(), 40);");
        await person.ArrivesAsync("desk");
    }

    private Task<Person> SignedInAsync(string name, Authenticator authenticator) => demo.OpenAsync(async person =>
    {
        await person.GoAsync("desk");
        await person.SignInAsync(name, authenticator);
        await person.ArrivesAsync("desk");
    });
}
