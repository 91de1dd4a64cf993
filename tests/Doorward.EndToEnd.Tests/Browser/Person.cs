using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;
using Doorward.Testing.Product;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>Somebody at a browser window: opens addresses, fills what the pages ask for, and notes every complaint of the browser.</summary>
public sealed class Person : IAsyncDisposable
{
    private readonly DemoBrowser _demo;
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly ConcurrentQueue<string> _heard = new();
    private readonly ConcurrentDictionary<string, IResponse> _documents = new(StringComparer.Ordinal);

    private Person(DemoBrowser demo, IBrowserContext context, IPage page) => (_demo, _context, Page) = (demo, context, page);

    public IPage Page { get; }

    /// <summary>What the browser logged as an error (blocked by content policy, thrown by a script), except that a page had a status.</summary>
    public IReadOnlyCollection<string> Complaints => _complaints;

    public static async Task<Person> OpenAsync(DemoBrowser demo, IBrowser browser, bool scripts)
    {
        var context = await browser.NewContextAsync(new() { JavaScriptEnabled = scripts });
        context.SetDefaultTimeout(60_000);
        await context.NoteCircuitsAsync();
        var person = new Person(demo, context, await context.NewPageAsync());
        person.Listen();
        person.Page.PageError += (_, error) => person._complaints.Enqueue(error);
        person.Page.Console += (_, message) =>
        {
            // Sign-in asks where an agent may listen on this machine; at most of these places there is none.
            if (message.Type == "error" && !message.Location.StartsWith("http://127.0.0.1:", StringComparison.Ordinal) && !message.Text.StartsWith("Failed to load resource: the server responded with a status of", StringComparison.Ordinal))
                person._complaints.Enqueue(message.Text);
        };
        person.Page.Response += (_, response) =>
        {
            if (response.Request.IsNavigationRequest)
            {
                person._documents[response.Url] = response;
                person.LastPolicy = response.Headers.GetValueOrDefault("content-security-policy", "");
            }
            else if (response.Status >= 400)
                person._complaints.Enqueue($"{response.Status} {response.Url}");
        };
        return person;
    }

    public async Task GoAsync(string host, string path = "/") => await Page.GotoAsync(_demo.Product.Url(host, path));

    /// <summary>The status of the page that is shown.</summary>
    public int Status => _documents[Address].Status;

    public string Policy => _documents[Address].Headers.GetValueOrDefault("content-security-policy", "");

    /// <summary>The content policy of the document that was last asked for: pages of the console change the address without one.</summary>
    public string LastPolicy { get; private set; } = "";

    public string Address => Page.Url.Split('#')[0];

    public Task<string> HeadingAsync() => Page.Locator("h1").InnerTextAsync();

    public Task<string> TextAsync() => Page.Locator("body").InnerTextAsync();

    public Task FillAsync(string field, string value) => Page.FillAsync($"input[name={field}]", value);

    public Task PressAsync(string button) => Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    public Task FollowAsync(string link) => Page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).ClickAsync();

    /// <summary>Waits for the page with this heading.</summary>
    public Task SeesAsync(string heading) =>
        Page.GetByRole(AriaRole.Heading, new() { Name = heading, Level = 1, Exact = true }).WaitForAsync();

    public async Task SaysAsync(string text) => await Page.GetByText(text).First.WaitForAsync();

    /// <summary>Waits for an address of the host, wherever the redirects lead through.</summary>
    public async Task ArrivesAsync(string host, string path = "/")
    {
        var address = _demo.Product.Url(host, path);
        await AddressAsync(at => at == address, address);
        await Page.Locator("body").WaitForAsync(new() { State = WaitForSelectorState.Attached });
    }

    /// <summary>Waits for an address that the page itself went on to; that is no document of its own, so there is nothing to be loaded.</summary>
    public Task AddressMatchesAsync([StringSyntax(StringSyntaxAttribute.Regex)] string pattern) => AddressAsync(at => Regex.IsMatch(at, pattern), pattern);

    // Looked at, not told of: who is there already when the driver is asked to wait, waits for an event that has passed.
    private async Task AddressAsync(Func<string, bool> isIt, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!isIt(Page.Url))
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60), $"{Page.Url} is not {what}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    /// <summary>What the person answered to the browser's question for a permission at the sign-in host: <c>granted</c>, <c>denied</c> or <c>prompt</c>.</summary>
    public async Task PermitAsync(string setting, string permission)
    {
        var browser = await _context.Browser!.NewBrowserCDPSessionAsync();
        var targets = (await browser.SendAsync("Target.getTargets"))!.Value.GetProperty("targetInfos");
        var context = targets.EnumerateArray().Where(static target => target.GetProperty("type").GetString() == "page").Select(static target => target.GetProperty("browserContextId").GetString()!).Last();
        await browser.SendAsync("Browser.setPermission", new()
        {
            ["permission"] = new { name = permission },
            ["setting"] = setting,
            ["origin"] = _demo.Product.Url("auth").TrimEnd('/'),
            ["browserContextId"] = context,
        });
    }

    /// <summary>Name, password and code, from the sign-in page that is shown on.</summary>
    public async Task SignInAsync(string name, Authenticator authenticator, string password = Visitor.Password)
    {
        await SeesAsync("Sign in");
        await FillAsync("username", name);
        await FillAsync("password", password);
        await PressAsync("Sign in");
        await SeesAsync("One more step");
        await FillAsync("code", await authenticator.NextAsync());
        await PressAsync("Continue");
    }

    public async ValueTask DisposeAsync()
    {
        await LastSight.KeepAsync(Page, [.. _heard], Path.Combine(_demo.Product.Data, "logs", "doorward.log"));
        await _context.DisposeAsync();
    }

    // For whoever must find out afterwards why a page did not come.
    private void Listen()
    {
        Page.PageError += (_, error) => Hear($"thrown: {error}");
        Page.Console += (_, message) => Hear($"console {message.Type}: {message.Text}");
        Page.RequestFailed += (_, request) => Hear($"{request.Method} {request.Url} failed: {request.Failure}");
        Page.Response += (_, response) =>
        {
            if (response.Request.IsNavigationRequest || response.Status >= 400) Hear($"{response.Status} {response.Request.Method} {response.Url}");
        };
        Page.WebSocket += (_, socket) =>
        {
            Hear($"WebSocket {socket.Url} opens");
            socket.Close += (_, _) => Hear($"WebSocket {socket.Url} is closed");
            socket.SocketError += (_, error) => Hear($"WebSocket {socket.Url}: {error}");
        };
        Page.Crash += (_, _) => Hear("the page crashed");
    }

    private void Hear(string what) => _heard.Enqueue($"{TimeProvider.System.GetUtcNow():HH:mm:ss.fff} {what}");
}
