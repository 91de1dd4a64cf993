using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>Why somebody was kept out, found and explained in the console.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class ConsoleDecisionsTests(DemoBrowser demo)
{
    [Fact]
    public async Task Somebody_kept_out_is_found_explained_by_the_clause_that_failed_and_allowed_when_evaluated_again()
    {
        await demo.AddUserAsync("kept-out");
        await using var person = await demo.OpenAsync();
        await person.GoAsync("desk");
        await person.SignInAsync("kept-out", new Authenticator());
        await person.ArrivesAsync("desk");
        await person.GoAsync("safe");

        var denied = await DeniedAsync();
        await using var admin = await demo.EnterConsoleAsync("console-reader", "auditors");
        await admin.GoAsync("console", "/decisions?user=kept-out");
        await admin.SeesAsync("Decisions");
        await admin.IsInteractiveAsync();
        await admin.Page.GetByRole(AriaRole.Link, new() { Name = "Denied", Exact = true }).ClickAsync();
        await admin.AddressMatchesAsync("decision=deny");
        await admin.Page.Locator($"a[href='/decisions/{denied}']").WaitForAsync();
        await Assertions.Expect(admin.Page.Locator("tbody td:nth-child(2)", new() { HasText = "Allowed" })).ToHaveCountAsync(0);
        await admin.AuditConsoleAsync("console-decisions");

        // By its reference, as somebody would read it out on the telephone.
        await admin.Page.Locator("#reference").FillAsync(denied);
        await admin.Page.Keyboard.PressAsync("Enter");
        await admin.SeesAsync("kept-out was kept out of safe");
        var failed = admin.Page.Locator(".clauses li.fails");
        await failed.First.WaitForAsync();
        Assert.Contains("context.session.assurance >= 3", await failed.First.InnerTextAsync(), StringComparison.Ordinal);
        await admin.AuditConsoleAsync("console-decision");
        await admin.SaysAsync("comes out the same");

        // An administrator follows the clause to its policy, and changes it.
        await using (var changing = await demo.EnterConsoleAsync("console-changer", "administrators"))
        {
            await changing.GoAsync("console", $"/decisions/{denied}");
            await changing.IsInteractiveAsync();
            await changing.Page.GetByRole(AriaRole.Link, new() { Name = "kept-out-safe" }).First.ClickAsync();
            await changing.SeesAsync("kept-out-safe");
            await changing.Page.WriteCedarAsync("""permit (principal in Group::"kept-out-group", action in Action::"access", resource == Application::"safe");""");
            await changing.PressAsync("Publish");
            await changing.AgreeAsync("Publish", "two factors are enough here");
            await changing.SaysAsync("Published as version 2.");
        }

        await admin.PressAsync("Evaluate again now");
        await admin.SaysAsync("comes out differently");
        await person.GoAsync("safe");
        Assert.Equal(200, person.Status);

        await admin.GoAsync("console", "/decisions/dec_unknown");
        await admin.SaysAsync("Decisions are kept for 30 days");
    }

    // The record reaches the control plane in its own time.
    private async Task<string> DeniedAsync()
    {
        for (var tries = 0; tries < 600; tries++)
        {
            var found = JsonNode.Parse(await demo.Product.RunAsync(["decision", "list", "--user", "kept-out", "--application", "safe", "--decision", "deny", "--limit", "1", "-o", "json"]));
            if (found is JsonArray { Count: 1 } one) return one[0]!["id"]!.GetValue<string>();
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException("The denial did not come to the control plane.");
    }
}
