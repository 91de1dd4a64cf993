using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser.Editor;

/// <summary>Somebody with the editor before them. Notes every complaint of the browser.</summary>
internal sealed class EditorPage : IAsyncDisposable
{
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly IBrowserContext _context;

    private EditorPage(IBrowserContext context, IPage page) => (_context, Page) = (context, page);

    public IPage Page { get; }

    public IReadOnlyCollection<string> Complaints => _complaints;

    /// <summary>Where people type.</summary>
    public ILocator Text => Page.GetByRole(AriaRole.Textbox, new() { Name = "Policy wiki" });

    public static async Task<EditorPage> OpenAsync(IBrowser browser, string address)
    {
        var context = await browser.NewContextAsync();
        context.SetDefaultTimeout(45_000);
        var opened = new EditorPage(context, await context.NewPageAsync());
        opened.Page.PageError += (_, error) => opened._complaints.Enqueue(error);
        opened.Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") opened._complaints.Enqueue(message.Text);
        };
        await opened.Page.GotoAsync(address);
        await opened.Text.WaitForAsync();
        return opened;
    }

    /// <summary>The whole text; the page shows only what is in view.</summary>
    public Task<string> ReadAsync() => Page.EvaluateAsync<string>("editor.getText()");

    /// <summary>Puts a text in, as a page does that opens a policy, and the cursor at its end.</summary>
    public async Task OpenTextAsync(string text)
    {
        await Page.EvaluateAsync("text => editor.setText(text)", text);
        await Text.FocusAsync();
        await Page.Keyboard.PressAsync("Control+End");
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
