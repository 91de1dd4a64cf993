using System.Text;
using System.Text.Json;
using Doorward.Console.Assets;
using Doorward.Console.Calls;
using Doorward.Console.Shell;
using Doorward.Control.Api;
using Doorward.Control.Api.Endpoints;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;
using Microsoft.JSInterop;

namespace Doorward.Console.Editor;

/// <summary>
/// Shows and changes the text of one policy: checked, completed and laid out by the admin API while somebody types. What is typed and
/// not saved is kept in the browser's tab under <see cref="Draft"/>.
/// </summary>
public sealed partial class CedarEditor(IJSRuntime scripts, ConsoleApi api, IStringLocalizer<ShellText> words) : IAsyncDisposable
{
    // A policy has at most 2^20 UTF-16 units, each at most three bytes.
    private const long LongestText = 4 << 20;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private ElementReference host;
    private string first = "";
    private string current = "";
    private IJSObjectReference? module;
    private IJSObjectReference? editor;
    private DotNetObjectReference<CedarEditor>? self;

    /// <summary>What the editor holds. A change by the page replaces what was typed.</summary>
    [Parameter, EditorRequired] public required string Text { get; set; }

    /// <summary>Told shortly after typing pauses, and before a save.</summary>
    [Parameter] public EventCallback<string> TextChanged { get; set; }

    /// <summary>What is edited, for those who do not see it.</summary>
    [Parameter, EditorRequired] public required string Label { get; set; }

    [Parameter] public bool ReadOnly { get; set; }

    /// <summary>The call of the API that checks and completes it; that of policies unless it is another language's.</summary>
    [Parameter] public string Assist { get; set; } = "policies/assist";

    /// <summary>The name of the draft, such as <c>alice/policy/wiki</c>; without one nothing is kept.</summary>
    [Parameter] public string? Draft { get; set; }

    /// <summary>Told with the text when Ctrl-S was pressed, after it was laid out.</summary>
    [Parameter] public EventCallback<string> OnSave { get; set; }

    /// <summary>Told with the text when a draft from before was put in the place of <see cref="Text"/>.</summary>
    [Parameter] public EventCallback<string> OnRestored { get; set; }

    /// <summary>What was typed is saved, or given up.</summary>
    public async Task ForgetDraftAsync()
    {
        if (editor is not null) await editor.InvokeVoidAsync("forgetDraft");
    }

    /// <summary>Puts the cursor at a place: an offset in UTF-16 units.</summary>
    public async Task GoToAsync(int offset)
    {
        if (editor is not null) await editor.InvokeVoidAsync("goTo", offset);
    }

    public async Task FormatAsync()
    {
        if (editor is not null) await editor.InvokeVoidAsync("format");
    }

    /// <summary>What stands in the editor now, the last keystroke included; <see cref="Text"/> while there is no editor.</summary>
    public async Task<string> ReadAsync() => editor is null ? current : current = await editor.InvokeAsync<string>("getText");

    [JSInvokable]
    public async Task<JsonElement?> CheckAsync(IJSStreamReference text) => await AssistAsync(await ReadAsync(text), null);

    [JSInvokable]
    public async Task<JsonElement?> CompleteAsync(IJSStreamReference text, int offset) =>
        await AssistAsync(await ReadAsync(text), offset) is { } answer && answer.TryGetProperty("proposals", out var proposals) ? proposals : null;

    [JSInvokable("FormatAsync")]
    public async Task<string?> FormatTextAsync(IJSStreamReference text) =>
        await AssistAsync(await ReadAsync(text), null) is { } answer && answer.TryGetProperty("formatted", out var formatted) ? formatted.GetString() : null;

    [JSInvokable]
    public async Task SaveAsync(IJSStreamReference text) => await OnSave.InvokeAsync(current = await ReadAsync(text));

    [JSInvokable]
    public async Task ChangedAsync(IJSStreamReference text) => await TextChanged.InvokeAsync(current = await ReadAsync(text));

    [JSInvokable]
    public async Task RestoredAsync(IJSStreamReference text)
    {
        await TextChanged.InvokeAsync(current = await ReadAsync(text));
        await OnRestored.InvokeAsync(current);
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (editor is not null) await editor.InvokeVoidAsync("destroy");
            if (editor is not null) await editor.DisposeAsync();
            if (module is not null) await module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and the editor with it.
        }

        self?.Dispose();
    }

    protected override void OnInitialized() => first = current = Text;

    protected override async Task OnParametersSetAsync()
    {
        // What it told itself comes back as a parameter; only the page's own changes are put in.
        if (editor is null || Text == current) return;
        current = Text;
        await editor.InvokeVoidAsync("setText", Text);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        module = await scripts.InvokeAsync<IJSObjectReference>("import", PageAssets.CedarEditor.Path);
        self = DotNetObjectReference.Create(this);
        editor = await module.InvokeAsync<IJSObjectReference>("mount", host, self, new { text = current, label = Label, readOnly = ReadOnly, draft = Draft });
    }

    // As the API writes it, words and not numbers: the script knows the API and nothing of ours. Null fails the call, and the editor says so.
    private async Task<JsonElement?> AssistAsync(string text, int? offset) =>
        (await api.PostAsync<JsonElement?>(Assist, new AssistBody(text, offset))).Succeeded(out var answer, out var problem)
            ? answer
            : throw new InvalidOperationException(problem.Title);

    // Not one unit may be lost on the way, or every place behind it would be wrong: a byte order mark is text here.
    private static async Task<string> ReadAsync(IJSStreamReference sent)
    {
        await using (sent)
        {
            await using var stream = await sent.OpenReadStreamAsync(LongestText);
            using var reader = new StreamReader(stream, Utf8, detectEncodingFromByteOrderMarks: false);
            return await reader.ReadToEndAsync();
        }
    }
}
