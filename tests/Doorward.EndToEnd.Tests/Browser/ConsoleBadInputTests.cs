using System.Net.WebSockets;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>What nobody means: markup and turned text in all that pages show, a megabyte pasted, circuits opened from elsewhere.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class ConsoleBadInputTests(DemoBrowser demo)
{
    private const string Evil = "<b id=pwned>red</b>";
    private const string Turned = "%3Cb%20id=pwned%3E%E2%80%AEgnp.exe";

    private static readonly string[] Pages =
    [
        "/overview", "/decisions?user=hostile", "/sessions?search=hostile", "/people?search=hostile", "/people/hostile", "/applications?search=hostile", "/applications/hostile",
        "/policies?search=hostile", "/policies/hostile", "/policies/hostile/versions?from=1&to=2", "/audit", "/what-if?user=hostile&application=hostile&path=/" + Turned,
        "/people/" + Turned, "/groups/" + Turned, "/applications/" + Turned, "/policies/" + Turned, "/policies/" + Turned + "/versions", "/decisions/" + Turned,
        "/decisions?user=" + Turned + "&cause=" + Turned, "/sessions?search=" + Turned,
    ];

    [Fact]
    public async Task Nothing_that_strangers_wrote_becomes_markup_or_turns_the_text_around_it_and_a_megabyte_is_refused_in_words()
    {
        await demo.AddUserAsync("hostile");
        await demo.Product.ApplyAsync(
            $$"""
            kind: User
            name: hostile
            displayName: {{Evil}}
            ---
            kind: Application
            name: hostile
            hosts: [hostile.doorward.test]
            upstream: http://127.0.0.1:9
            labels: { team: "{{Evil}}" }
            ---
            kind: Policy
            name: hostile
            tests: [{ name: "{{Evil}}", user: hostile, application: hostile, expect: deny }]
            cedar: |
              @explain("{{Evil}}")
              forbid (principal, action, resource == Application::"hostile"); // \u202E {{Evil}}
            """.Replace("\\u202E", "\u202E", StringComparison.Ordinal));
        await demo.Product.ApplyAsync(
            $"kind: Policy\nname: hostile\ncedar: |\n  @explain(\"{Evil}\")\n  forbid (principal, action, resource == Application::\"hostile\"); // \u202E\n");
        using (var visitor = demo.Product.NewVisitor())
        {
            using var signedIn = await visitor.SignInAsync(demo.Product.Url("desk"), "hostile");
            foreach (var host in new[] { "safe", "broken", "hostile" })
            {
                foreach (var path in new[] { "/%3Cb%20id=pwned%3E", "/" + Turned })
                    using (await visitor.FollowAsync(HttpMethod.Get, demo.Product.Url(host, path))) { }
            }
        }

        await using var admin = await demo.EnterConsoleAsync("console-calm", "administrators");
        foreach (var page in Pages)
        {
            await admin.GoAsync("console", page);
            await admin.Page.Locator("h1").WaitForAsync();
            await IsPlainAsync(admin, page);
        }

        // By its own link, once it is recorded.
        await admin.GoAsync("console", "/decisions?user=hostile&decision=deny");
        await admin.IsInteractiveAsync();
        await admin.Page.Locator("tbody a[href^='/decisions/dec_']").First.ClickAsync();
        await admin.SaysAsync("hostile was kept out of");
        await IsPlainAsync(admin, "a decision");
        await admin.Page.Keyboard.PressAsync("Control+k");
        await admin.Page.GetByRole(AriaRole.Combobox).FillAsync(Evil + "\u202E");
        await admin.SaysAsync("Nothing is called that.");
        await IsPlainAsync(admin, "the palette");
        await admin.Page.Keyboard.PressAsync("Escape");

        await admin.GoAsync("console", "/new-policy");
        await admin.IsInteractiveAsync();
        await admin.Page.WriteCedarAsync("// " + new string('a', 1_100_000));
        await admin.SaysAsync("Nothing was inserted: the text would have");
        await admin.GoAsync("console", "/people");
        await admin.IsInteractiveAsync();
        await admin.Page.Locator("#search").FocusAsync();
        await admin.Page.Keyboard.InsertTextAsync(new string('a', 1_100_000));
        await admin.AddressMatchesAsync("search=a{64}$");
        await admin.SaysAsync("Nothing matches");
        await admin.IsInteractiveAsync();
        await OpensFromItsOwnPagesAloneAsync(admin);
    }

    // The page stays what it was, and no character in it turns others around; fields hold what was typed.
    private static async Task IsPlainAsync(Person admin, string where)
    {
        var found = await admin.Page.EvaluateAsync<string[]>(
            """
            () => {
              const turns = /[\u202A-\u202E\u2066-\u2069\u0000-\u0008]/;
              const wrong = [];
              if (document.querySelector('#pwned')) wrong.push('markup');
              if (turns.test(document.title)) wrong.push('title: ' + document.title);
              for (const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); walk.nextNode();) {
                const parent = walk.currentNode.parentElement;
                if (!parent.closest('textarea, .cm-editor, script') && turns.test(walk.currentNode.data)) wrong.push(walk.currentNode.data);
              }
              for (const each of document.querySelectorAll('[title], [aria-label]'))
                if (turns.test(each.title + each.ariaLabel)) wrong.push('title or label of ' + each.outerHTML.slice(0, 200));
              return wrong;
            }
            """);
        Assert.True(found.Length == 0, $"{where}: {string.Join(" | ", found)}");
    }

    // A page of another door is a same-site sibling: the browser would send the cookie along.
    private async Task OpensFromItsOwnPagesAloneAsync(Person admin)
    {
        var own = demo.Product.Url("console").TrimEnd('/');
        var cookies = string.Join("; ", (await admin.Page.Context.CookiesAsync([own])).Select(static cookie => $"{cookie.Name}={cookie.Value}"));
        using var visitor = demo.Product.NewVisitor();
        foreach (var (origin, opens) in new[] { (own, true), (demo.Product.Url("desk").TrimEnd('/'), false), ("null", false), (null, false) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, own + "/_blazor/negotiate?negotiateVersion=1");
            request.Headers.Add("Cookie", cookies);
            if (origin is not null) request.Headers.Add("Origin", origin);
            using var http = new HttpClient(visitor.NewHandler());
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal((origin, opens ? 200 : 403), (origin, (int)answer.StatusCode));

            using var socket = new ClientWebSocket();
            socket.Options.CollectHttpResponseDetails = true;
            socket.Options.SetRequestHeader("Cookie", cookies);
            if (origin is not null) socket.Options.SetRequestHeader("Origin", origin);
            var connecting = socket.ConnectAsync(new Uri(own.Replace("https:", "wss:", StringComparison.Ordinal) + "/_blazor"), new HttpMessageInvoker(visitor.NewHandler()), TestContext.Current.CancellationToken);
            if (opens) await connecting;
            else await Assert.ThrowsAsync<WebSocketException>(() => connecting);
            Assert.Equal((origin, opens ? 101 : 403), (origin, (int)socket.HttpStatusCode));
        }
    }
}
