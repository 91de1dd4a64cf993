using Doorward.Testing.Product;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>The control plane goes away while somebody works, and comes back: nothing typed is lost, and nothing old passes for new.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class ConsoleRestartTests(DemoBrowser demo)
{
    private const string Cedar = """forbid (principal in Group::"restarted", action, resource);""";

    [Fact]
    public async Task After_a_restart_pages_come_back_by_themselves_with_what_was_half_typed_and_an_act_whose_answer_was_lost_is_told()
    {
        await using var admin = await demo.EnterConsoleAsync("console-patient", "administrators");
        await demo.Product.ApplyAsync(
            $"kind: Policy\nname: restarted\ncedar: forbid (principal in Group::\"restarted-before\", action, resource);\n---\n{Application("half")}---\n{Application("whole")}");
        await admin.GoAsync("console", "/sessions?search=console-patient");
        await admin.IsInteractiveAsync();
        var (fresh, existing) = (await TabAsync(admin, "/new-policy"), await TabAsync(admin, "/policies/restarted"));
        await fresh.GetByLabel("Name", new() { Exact = true }).FillAsync("restarted-new");
        await WriteAsync(fresh);
        await WriteAsync(existing);
        await KeptAsync(fresh, "cedar-draft:console-patient/policy/new");
        await KeptAsync(fresh, "draft:console-patient/policy/new");
        await KeptAsync(existing, "cedar-draft:console-patient/policy/restarted");
        var half = await TabAsync(admin, "/applications/half");
        await half.GetByLabel("Labels", new() { Exact = true }).FillAsync("team=half");
        await half.GetByLabel("Strict", new() { Exact = true }).CheckAsync();
        // A field that only another one brings, and what somebody else had typed in this tab.
        await half.GetByText("Health check", new() { Exact = true }).ClickAsync();
        await half.Locator("#healthCheck").CheckAsync();
        await half.Locator("#healthCheck-path").FillAsync("/half-typed");
        await half.EvaluateAsync("sessionStorage.setItem('form:somebody-else/application/half', '{}')");

        // The act comes through, its answer does not.
        var (whole, silence) = (await admin.Page.Context.NewPageAsync(), false);
        await whole.RouteWebSocketAsync("**/_blazor**", socket =>
        {
            var server = socket.ConnectToServer();
            server.OnMessage(frame =>
            {
                if (Volatile.Read(ref silence)) return;
                if (frame.Binary is { } bytes) socket.Send(bytes);
                else socket.Send(frame.Text!);
            });
        });
        await OpenAsync(whole, "/applications/whole");
        await whole.GetByLabel("Labels", new() { Exact = true }).FillAsync("team=whole");
        Volatile.Write(ref silence, true);
        await whole.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await SavedAsync();

        await demo.Product.KillAsync();
        foreach (var tab in new[] { admin.Page, fresh, half })
        {
            await tab.GetByText("What you see may be out of date").Or(tab.GetByText("What you see is out of date")).First.WaitForAsync();
            Assert.Contains("grayscale", await tab.EvaluateAsync<string>("getComputedStyle(document.querySelector('main')).filter"), StringComparison.Ordinal);
        }

        // Nobody hears it now, and the page with all that is typed in it must not go for it.
        await half.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await half.WaitForTimeoutAsync(500);
        Assert.EndsWith("/applications/half", half.Url, StringComparison.Ordinal);
        await Assertions.Expect(half.Locator("#healthCheck-path")).ToHaveValueAsync("/half-typed");
        await admin.PictureAsync("console-away");
        Volatile.Write(ref silence, false);
        await demo.Product.LaunchAsync();
        await admin.Page.WaitForFunctionAsync("() => { const main = document.querySelector('main'); return main && getComputedStyle(main).filter === 'none'; }");
        await admin.SeesAsync("Sessions");
        await admin.IsInteractiveAsync();
        Assert.EndsWith("/sessions?search=console-patient", admin.Page.Url, StringComparison.Ordinal);

        foreach (var (tab, name) in new[] { (fresh, (string?)"restarted-new"), (existing, null) })
        {
            await tab.GetByText("This is what you had typed and not published.").WaitForAsync();
            await Assertions.Expect(tab.Locator(".cm-content")).ToContainTextAsync("Group::\"restarted\"");
            if (name is not null) await Assertions.Expect(tab.GetByLabel("Name", new() { Exact = true })).ToHaveValueAsync(name);
        }

        await half.GetByText("This is what you had typed and not saved.").WaitForAsync();
        await Assertions.Expect(half.GetByLabel("Labels", new() { Exact = true })).ToHaveValueAsync("team=half");
        await Assertions.Expect(half.GetByLabel("Strict", new() { Exact = true })).ToBeCheckedAsync();
        await Assertions.Expect(half.Locator("#healthCheck-path")).ToHaveValueAsync("/half-typed");
        await half.WaitForFunctionAsync("() => sessionStorage.getItem('form:somebody-else/application/half') === null");
        await half.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await half.GetByText("Saved half.").WaitForAsync();
        Assert.Contains("team: half", await demo.Product.RunAsync(["get", "application", "half", "-o", "yaml"]), StringComparison.Ordinal);
        await whole.GetByText("What you had typed here is saved.").WaitForAsync();
        Assert.DoesNotContain("restarted-new", await demo.Product.RunAsync(["policy", "list"]), StringComparison.Ordinal);
    }

    private async Task SavedAsync()
    {
        for (var tries = 0; tries < 600; tries++)
        {
            if ((await demo.Product.RunAsync(["get", "application", "whole", "-o", "yaml"])).Contains("team: whole", StringComparison.Ordinal)) return;
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        throw new TimeoutException("The change did not come to the control plane.");
    }

    private async Task<IPage> TabAsync(Person admin, string address)
    {
        var tab = await admin.Page.Context.NewPageAsync();
        await OpenAsync(tab, address);
        return tab;
    }

    private async Task OpenAsync(IPage tab, string address)
    {
        await tab.GotoAsync(demo.Product.Url("console", address));
        await tab.IsInteractiveAsync();
    }

    private static Task WriteAsync(IPage tab) => tab.WriteCedarAsync(Cedar);

    private static Task<IJSHandle> KeptAsync(IPage tab, string key) => tab.WaitForFunctionAsync("key => /restarted/.test(sessionStorage.getItem(key))", key);

    private static string Application(string name) => $"kind: Application\nname: {name}\nhosts: [{name}.{ProductProcess.Domain}]\nupstream: http://127.0.0.1:9\n";
}
