using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Browser;

[Collection(nameof(DemoBrowser))]
public sealed class StepUpTests(DemoBrowser demo)
{
    [Fact]
    public async Task Where_policy_asks_for_a_passkey_people_show_it_and_get_to_where_they_were_going()
    {
        await demo.AddUserAsync("climber");
        await using var person = await demo.OpenAsync();
        await person.GoAsync("desk");
        await person.SignInAsync("climber", new Authenticator());
        await person.ArrivesAsync("desk");
        await person.GoAsync("safe");
        await person.SeesAsync("You need another way to sign in");
        Assert.Equal(403, person.Status);
        await person.AuditAsync("missing-factor");
        await person.FollowAsync("Add one now");
        await person.SeesAsync("Sign-in methods");
        await person.AddPasskeyAsync();

        await person.GoAsync("safe", "/papers?page=7");
        await person.SeesAsync("Use your passkey");
        await person.AuditAsync("step-up");
        await person.PressAsync("Use a passkey");
        await person.ArrivesAsync("safe", "/papers?page=7");
        Assert.StartsWith("GET /papers?page=7", await person.TextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_fresh_sign_in_is_asked_for_reading_goes_on_by_itself_and_sending_is_asked_again()
    {
        await demo.AddUserAsync("writer");
        await using var person = await demo.OpenAsync();
        var authenticator = new Authenticator();
        await person.GoAsync("notes", "/form?id=1");
        await person.SignInAsync("writer", authenticator);
        await person.ArrivesAsync("notes", "/form?id=1");

        await demo.LimitSignInAgeOfNotesAsync("1s");
        await OutlastAsync(person);
        await person.GoAsync("notes", "/form?id=2");
        await ConfirmAsync(person, authenticator);
        await person.ArrivesAsync("notes", "/form?id=2");
        Assert.StartsWith("GET /form?id=2", await person.TextAsync(), StringComparison.Ordinal);

        // The upstream's page holds a form; when it is sent, the sign-in is older than the application allows.
        await person.Page.EvaluateAsync(
            "document.body.innerHTML = '<form method=post action=\"/save\"><input name=text value=draft><button>Save</button></form>'");
        await demo.LimitSignInAgeOfNotesAsync("1s");
        await OutlastAsync(person);
        await person.PressAsync("Save");
        await ConfirmAsync(person, authenticator);
        await person.SeesAsync("You are signed in");
        await person.SaysAsync("What you were sending was not carried out");
        await person.AuditAsync("send-again");
        await person.FollowAsync("Back to the page");
        await person.ArrivesAsync("notes", "/form?id=2");
    }

    private async Task ConfirmAsync(Person person, Authenticator authenticator)
    {
        await person.SeesAsync("Confirm it is you");
        // What was asked for stays asked for; on a slow machine a second must not be over again before the way back is.
        await demo.LimitSignInAgeOfNotesAsync("1h");
        await person.AuditAsync("confirm");
        await person.FillAsync("password", Visitor.Password);
        await person.PressAsync("Continue");
        await person.SeesAsync("One more step");
        await person.FillAsync("code", await authenticator.NextAsync());
        await person.PressAsync("Continue");
    }

    // The product's clock is the machine's: nothing here can move it.
    private static Task OutlastAsync(Person person) => person.Page.WaitForTimeoutAsync(1_500);
}
