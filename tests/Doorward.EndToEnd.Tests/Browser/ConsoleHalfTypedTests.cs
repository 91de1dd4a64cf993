using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>
/// A page that is asked for anew, as it is after a restart of the control plane, has in its fields what was half typed: also what its
/// browser had told nobody yet, because the field was not left.
/// </summary>
[Collection(nameof(DemoBrowser))]
public sealed class ConsoleHalfTypedTests(DemoBrowser demo)
{
    private const string Kept = "This is what you had typed and not saved.";

    [Fact]
    public async Task A_question_that_was_not_asked_yet_comes_back_at_its_own_address_and_is_answered_as_it_was_typed()
    {
        await using var admin = await EnterAsync("half-asking", "/what-if");
        await admin.Page.Locator("#ask-who").SelectOptionAsync("service");
        await admin.Page.Locator("#ask-application").FillAsync("vault");
        await admin.Page.Locator("#ask-service").PressSequentiallyAsync("half-asked");
        await ComesBackAsync(admin, "form:half-asking/what-if", "half-asked");
        await Assertions.Expect(admin.Page.Locator("#ask-who")).ToHaveValueAsync("service");
        await Assertions.Expect(admin.Page.Locator("#ask-service")).ToHaveValueAsync("half-asked");
        await admin.AuditConsoleAsync("half-what-if");
        await admin.PressAsync("Ask");
        await admin.AddressMatchesAsync(@"\?action=read&application=vault&service=half-asked$");

        // Asked, it is half typed no more; and another question has nothing of it.
        await admin.GoAsync("console", "/what-if");
        await admin.IsInteractiveAsync();
        await Assertions.Expect(admin.Page.Locator("#ask-application")).ToHaveValueAsync("");
        Assert.Equal(0, await admin.Page.GetByText(Kept).CountAsync());
        await ForgottenAsync(admin, "form:half-asking/what-if");
    }

    [Fact]
    public async Task The_wizard_of_a_private_application_comes_back_with_both_of_its_forms()
    {
        await using var admin = await EnterAsync("half-reaching", "/new/private-application");
        await admin.Page.Locator("#connector").FillAsync("half-site");
        await admin.Page.Locator("#targets").FillAsync("db.internal:5432");
        await admin.Page.Locator("#ssh").CheckAsync();
        await admin.Page.Locator("#name").PressSequentiallyAsync("half-made");
        await ComesBackAsync(admin, "form:half-reaching/new/private-application", "half-made");
        foreach (var (field, value) in new[] { ("#connector", "half-site"), ("#targets", "db.internal:5432"), ("#name", "half-made") })
            await Assertions.Expect(admin.Page.Locator(field)).ToHaveValueAsync(value);
        await Assertions.Expect(admin.Page.Locator("#ssh")).ToBeCheckedAsync();
        await Assertions.Expect(admin.Page.Locator("pre", new() { HasText = "connector: half-site" })).ToContainTextAsync("name: half-made");
        await admin.AuditConsoleAsync("half-wizard");
    }

    [Fact]
    public async Task A_new_group_comes_back_and_is_forgotten_once_it_is_there()
    {
        await using var admin = await EnterAsync("half-grouping", "/groups");
        await admin.Page.Locator("#name").PressSequentiallyAsync("half-group");
        await ComesBackAsync(admin, "form:half-grouping/new/group", "half-group");
        await Assertions.Expect(admin.Page.Locator("#name")).ToHaveValueAsync("half-group");
        await admin.AuditConsoleAsync("half-group");
        await admin.PressAsync("Add");
        await admin.SeesAsync("half-group");
        await admin.GoAsync("console", "/groups");
        await admin.IsInteractiveAsync();
        await Assertions.Expect(admin.Page.Locator("#name")).ToHaveValueAsync("");
        await ForgottenAsync(admin, "form:half-grouping/new/group");
    }

    [Fact]
    public async Task An_open_test_of_a_policy_opens_again_with_what_was_in_it_and_not_once_it_was_given_up()
    {
        await using var admin = await EnterAsync("half-testing", "/new-policy");
        await admin.PressAsync("Add a test");
        await admin.Page.Locator("#test-user").FillAsync("alice");
        await admin.Page.Locator("#test-application").FillAsync("vault");
        await admin.Page.Locator("#test-expect").SelectOptionAsync("deny");
        await admin.Page.Locator("#test-name").PressSequentiallyAsync("half a test");
        await ComesBackAsync(admin, "form:half-testing/policy/new/test", "half a test");
        var dialog = admin.Page.Locator("dialog[open]");
        await Assertions.Expect(dialog.Locator("#test-name")).ToHaveValueAsync("half a test");
        await Assertions.Expect(dialog.Locator("#test-expect")).ToHaveValueAsync("deny");
        await admin.AuditConsoleAsync("half-test");
        await admin.PressAsync("Keep test");
        await admin.Page.GetByRole(AriaRole.Row, new() { NameRegex = new Regex("half a test.*alice.*vault.*deny") }).WaitForAsync();

        // One that is there, changed and given up by Escape: it does not come back.
        await admin.PressAsync("Edit test half a test");
        await Assertions.Expect(dialog.Locator("#test-name")).ToHaveValueAsync("half a test");
        await dialog.Locator("#test-name").FillAsync("another half");
        await ComesBackAsync(admin, "form:half-testing/policy/new/test", "another half");
        await Assertions.Expect(dialog.Locator("#test-name")).ToHaveValueAsync("another half");
        await admin.Page.Keyboard.PressAsync("Escape");
        await admin.Page.WaitForFunctionAsync("() => sessionStorage.getItem('form:half-testing/policy/new/test') === null");
        await admin.Page.ReloadAsync();
        await admin.IsInteractiveAsync();
        await admin.Page.GetByRole(AriaRole.Row, new() { NameRegex = new Regex("half a test") }).WaitForAsync();
        Assert.Equal(0, await dialog.CountAsync());
    }

    private async Task<Person> EnterAsync(string name, string address)
    {
        var admin = await demo.EnterConsoleAsync(name, "administrators");
        await admin.GoAsync("console", address);
        await admin.IsInteractiveAsync();
        return admin;
    }

    private static async Task ForgottenAsync(Person admin, string key) =>
        await admin.Page.WaitForFunctionAsync("key => sessionStorage.getItem(key) === null", key, new() { Timeout = 10_000 });

    private static async Task ComesBackAsync(Person admin, string key, string typed)
    {
        await admin.Page.WaitForFunctionAsync("([key, typed]) => sessionStorage.getItem(key)?.includes(typed)", new[] { key, typed }, new() { Timeout = 10_000 });
        await admin.Page.ReloadAsync();
        await admin.IsInteractiveAsync();
        await admin.Page.GetByText(Kept).First.WaitForAsync();
    }
}
