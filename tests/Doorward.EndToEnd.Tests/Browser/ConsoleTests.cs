using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>The administrators' console in a real browser, through the real gateway.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class ConsoleTests(DemoBrowser demo)
{
    [Fact]
    public async Task An_administrator_ends_a_session_and_what_it_has_open_is_cut_while_its_page_shows_it()
    {
        await demo.AddUserAsync("streamer");
        await demo.Product.ApplyAsync(
            """
            kind: Policy
            name: live-for-streamer
            cedar: permit (principal in Group::"streamer-group", action in Action::"access", resource == Application::"live");
            """);
        await using var watcher = await demo.OpenAsync();
        await watcher.GoAsync("live");
        await watcher.SignInAsync("streamer", new Authenticator());
        await watcher.Page.Locator("#socket-state.open").WaitForAsync();

        await using var admin = await demo.EnterConsoleAsync("console-admin", "administrators");
        await admin.GoAsync("console", "/sessions");
        await admin.SeesAsync("Sessions");
        await admin.AuditConsoleAsync("console-sessions");
        await admin.Page.Locator("#search").FillAsync("streamer");
        await admin.AddressMatchesAsync("search=streamer");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "End session of streamer" }).ClickAsync();
        await admin.AuditConsoleAsync("console-end-session");
        await admin.Page.GetByLabel("Reason").FillAsync("left the company");
        await admin.Page.GetByRole(AriaRole.Button, new() { Name = "End session", Exact = true }).ClickAsync();
        await watcher.Page.Locator("#socket-state.cut").WaitForAsync();
        await admin.SaysAsync("Ended. Cut confirmed by");
        Assert.Matches(@"Cut confirmed by \S+ in [\d.]+ ms", await admin.TextAsync());
        await admin.AuditConsoleAsync("console-session-cut");
        Assert.Contains("left the company", await watcher.TextAsync(), StringComparison.Ordinal);
        Assert.Contains("console-admin", await demo.Product.RunAsync(["session", "list", "--ended"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_listed_page_is_sound()
    {
        await using var admin = await demo.EnterConsoleAsync("console-visitor", "administrators");
        var addresses = await admin.Page.Locator("#places a").EvaluateAllAsync<string[]>("links => links.map(link => link.getAttribute('href'))");
        Assert.NotEmpty(addresses);
        foreach (var address in addresses)
        {
            await admin.GoAsync("console", address);
            await admin.IsInteractiveAsync();
            await admin.AuditConsoleAsync($"page{address.Replace('/', '-')}", all: true);
        }
    }

    [Theory]
    [InlineData("/nothing")]
    [InlineData("/people/alice/nothing")]
    [InlineData("/new/nothing")]
    public async Task A_mistyped_address_is_told_in_words_however_deep_it_is(string path)
    {
        await using var auditor = await demo.EnterConsoleAsync($"console-lost-{path.Length}", "auditors");
        await auditor.GoAsync("console", path);
        await auditor.SeesAsync("There is nothing here");
        Assert.Equal(404, auditor.Status);
    }

    [Fact]
    public async Task A_circuit_ends_with_its_session_and_its_page_leads_to_sign_in()
    {
        await using var admin = await demo.EnterConsoleAsync("console-cut", "administrators");
        await admin.IsInteractiveAsync();
        await demo.Product.RunAsync(["session", "revoke", "--user", "console-cut"]);
        await admin.SeesAsync("Sign in");
    }

    [Fact]
    public async Task A_tab_is_never_without_a_name_and_goes_by_the_name_of_its_page()
    {
        await using var admin = await demo.EnterConsoleAsync("console-namer", "auditors");
        // What is gone and back before anybody looks counts, too: on a slow machine it is gone for long.
        await admin.Page.AddInitScriptAsync(
            "window.lost = []; new MutationObserver(records => lost.push(...records.flatMap(record => [...record.removedNodes]).filter(node => node.nodeName === 'TITLE').map(title => title.text))).observe(document, { childList: true, subtree: true });");
        await admin.GoAsync("console", "/what-if");
        Assert.StartsWith("What if", await admin.Page.TitleAsync(), StringComparison.Ordinal);
        await admin.IsInteractiveAsync();
        await admin.Page.Locator("#places a[href='/sessions']").ClickAsync();
        await admin.Page.WaitForFunctionAsync("() => document.title.startsWith('Sessions · ')");
        Assert.Empty(await admin.Page.EvaluateAsync<string[]>("lost"));
    }

    [Fact]
    public async Task Pages_are_found_by_keyboard()
    {
        await using var admin = await demo.EnterConsoleAsync("console-finder", "auditors");
        await admin.IsInteractiveAsync();
        // Whatever has the focus shows it: the stylesheet of MudBlazor would take that from links and buttons.
        await admin.Page.Keyboard.PressAsync("Tab");
        foreach (var what in new[] { "a.figure", "#palette-open", "#places a" })
        {
            await admin.Page.Locator(what).First.FocusAsync();
            Assert.Equal("solid", await admin.Page.EvaluateAsync<string>("getComputedStyle(document.activeElement).outlineStyle"));
        }

        await admin.Page.Keyboard.PressAsync("Control+k");
        var field = admin.Page.GetByRole(AriaRole.Combobox, new() { Name = "Find anything" });
        await field.FillAsync("sess");
        // As a second press does that comes late: it takes nothing of what was typed.
        await admin.Page.EvaluateAsync("document.getElementById('palette-open').click()");
        await field.PressSequentiallyAsync("i");
        await admin.Page.GetByRole(AriaRole.Option, new() { NameRegex = new("Sessions") }).WaitForAsync();
        await admin.AuditConsoleAsync("console-palette");
        Assert.Equal("sessi", await field.InputValueAsync());
        await admin.Page.Keyboard.PressAsync("Enter");
        await admin.AddressMatchesAsync("/sessions");
        // Who may only look is offered nothing to do.
        await admin.Page.GetByRole(AriaRole.Cell, new() { NameRegex = new("console-finder") }).WaitForAsync();
        Assert.Equal(0, await admin.Page.GetByRole(AriaRole.Button, new() { NameRegex = new("^End session") }).CountAsync());
    }

    [Fact]
    public async Task Who_has_no_role_is_told_by_the_gateway_that_it_is_closed()
    {
        await demo.AddUserAsync("roleless");
        await using var person = await demo.OpenAsync();
        await person.GoAsync("console");
        await person.SignInAsync("roleless", new Authenticator());
        await person.SeesAsync("You have no access here");
        Assert.Equal(403, person.Status);
    }
}
