using System.Net.WebSockets;
using Microsoft.Data.Sqlite;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>Before something dangerous the console asks whether it is you, once your sign-in is no longer of just now.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class ConfirmationTests(DemoBrowser demo)
{
    [Fact]
    public async Task A_dangerous_act_waits_for_the_passkey_and_is_not_done_without_it()
    {
        await using var admin = await demo.EnterConsoleAsync("console-careful", "administrators");
        var device = await admin.AddPasskeyAsync();
        await AgeAsync("console-careful");
        await admin.GoAsync("console", "/new/person");
        await admin.IsInteractiveAsync();
        await admin.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("console-newcomer");
        await admin.PressAsync("Add");
        var dialog = admin.Page.Locator("dialog.confirm");
        await dialog.GetByRole(AriaRole.Heading, new() { Name = "Confirm that it is you" }).WaitForAsync();
        await admin.AuditConsoleAsync("console-confirm");

        await dialog.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await admin.SaysAsync("Not confirmed, so not done");
        Assert.DoesNotContain("console-newcomer", await demo.Product.RunAsync(["get", "user"]), StringComparison.Ordinal);
        Assert.Equal("console-newcomer", await admin.Page.GetByLabel("Name", new() { Exact = true }).InputValueAsync());

        await admin.PressAsync("Add");
        var window = await admin.Page.Context.RunAndWaitForPageAsync(() => dialog.GetByRole(AriaRole.Link, new() { Name = "Confirm" }).ClickAsync());
        await window.GetByRole(AriaRole.Heading, new() { Name = "Confirm it is you" }).WaitForAsync();
        Assert.Empty(await PageAudit.WrongAsync(window));
        Assert.DoesNotContain("console-newcomer", await demo.Product.RunAsync(["get", "user"]), StringComparison.Ordinal);
        var stolen = await CookieAsync(admin);
        using var copied = await OpenCircuitAsync(stolen);
        var ended = EndAsync(copied);
        Assert.False(ended.IsCompleted);
        await device.ShowToAsync(window);
        await window.GetByRole(AriaRole.Button, new() { Name = "Use your passkey" }).ClickAsync();
        var confirmed = TimeProvider.System.GetTimestamp();
        await admin.SeesAsync("console-newcomer");
        await admin.AuditConsoleAsync("console-confirmed");
        Assert.Contains("console-newcomer", await demo.Product.RunAsync(["get", "user"]), StringComparison.Ordinal);
        if (!window.IsClosed)
            await window.GetByRole(AriaRole.Heading, new() { Name = "Confirmed" }).WaitForAsync();

        // A circuit that was opened by a copy of the cookie ends; the page's own comes back by the next one, and does what waited.
        var took = TimeProvider.System.GetElapsedTime(confirmed, await ended);
        Assert.True(took < TimeSpan.FromSeconds(15), $"the copied cookie's circuit went on for {took}");
        TestContext.Current.SendDiagnosticMessage($"A copied cookie's circuit ended {took.TotalMilliseconds:0} ms after the confirmation");

        // Whoever copied the console's cookie before has nothing of it, and its person a new one without being asked.
        for (var tries = 0; tries < 1_200 && await CookieAsync(admin) == stolen; tries++)
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, TestContext.Current.CancellationToken);
        var fresh = await CookieAsync(admin);
        Assert.Equal((302, 200), (await StatusAsync(stolen), await StatusAsync(fresh)));
    }

    private async Task<string> CookieAsync(Person admin) =>
        (await admin.Page.Context.CookiesAsync([demo.Product.Url("console")])).Single(static cookie => cookie.Name == "__Host-doorward").Value;

    // As far as the handshake: the server would end one that says nothing at all, and half a minute later one that no longer answers.
    private async Task<ClientWebSocket> OpenCircuitAsync(string cookie)
    {
        var own = demo.Product.Url("console").TrimEnd('/');
        using var visitor = demo.Product.NewVisitor();
        var socket = new ClientWebSocket();
        socket.Options.SetRequestHeader("Cookie", $"__Host-doorward={cookie}");
        socket.Options.SetRequestHeader("Origin", own);
        var cancel = TestContext.Current.CancellationToken;
        await socket.ConnectAsync(new Uri(own.Replace("https:", "wss:", StringComparison.Ordinal) + "/_blazor"), new HttpMessageInvoker(visitor.NewHandler()), cancel);
        await socket.SendAsync("{\"protocol\":\"blazorpack\",\"version\":1}\u001e"u8.ToArray(), WebSocketMessageType.Text, endOfMessage: true, cancel);
        var answer = new byte[64];
        var length = (await socket.ReceiveAsync(answer, cancel)).Count;
        Assert.Equal("{}\u001e", System.Text.Encoding.UTF8.GetString(answer, 0, length));
        return socket;
    }

    /// <summary>When the socket ended, as a timestamp.</summary>
    private static async Task<long> EndAsync(ClientWebSocket socket)
    {
        try
        {
            while ((await socket.ReceiveAsync(new byte[1024], TestContext.Current.CancellationToken)).MessageType != WebSocketMessageType.Close)
            {
                // Pings.
            }
        }
        catch (WebSocketException)
        {
            // Cut without a word.
        }

        return TimeProvider.System.GetTimestamp();
    }

    private async Task<int> StatusAsync(string cookie)
    {
        using var visitor = demo.Product.NewVisitor();
        using var http = new HttpClient(visitor.NewHandler());
        using var request = new HttpRequestMessage(HttpMethod.Get, demo.Product.Url("console").TrimEnd('/') + "/confirmed");
        request.Headers.Add("Cookie", $"__Host-doorward={cookie}");
        request.Headers.Add("Accept", "text/html");
        using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }

    // Time cannot be made up for a whole product: the session is made an hour older instead.
    private async Task AgeAsync(string name)
    {
        await using var database = new SqliteConnection($"Data Source={Path.Combine(demo.Product.Data, "doorward.db")};Pooling=False;Default Timeout=30");
        await database.OpenAsync();
        await using var age = database.CreateCommand();
        age.CommandText = "UPDATE Sessions SET Authenticated = Authenticated - 3600000000 WHERE UserId = (SELECT Id FROM Users WHERE UserName = $name)";
        age.Parameters.AddWithValue("$name", name);
        Assert.Equal(1, await age.ExecuteNonQueryAsync());
    }
}
