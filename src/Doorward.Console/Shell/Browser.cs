using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Doorward.Console.Shell;

/// <summary>What pages ask of the browser they are shown in. What the browser keeps for a page dies with its tab, not with the circuit.</summary>
public sealed class Browser(IJSRuntime scripts)
{
    public ValueTask ShowAsync(ElementReference dialog) => scripts.InvokeVoidAsync("doorward.show", dialog);

    /// <summary>Opens a dialog whose first field is for searching, empty; one that is open already stays as it is, with what was typed.</summary>
    public ValueTask FindAsync(ElementReference dialog) => scripts.InvokeVoidAsync("doorward.find", dialog);

    public ValueTask CloseAsync(ElementReference dialog) => scripts.InvokeVoidAsync("doorward.close", dialog);

    /// <summary>Only a page that is there answers.</summary>
    public ValueTask<bool> IsOpenAsync(ElementReference dialog, CancellationToken ct) => scripts.InvokeAsync<bool>("doorward.isOpen", ct, dialog);

    public ValueTask ChooseThemeAsync(string theme) => scripts.InvokeVoidAsync("doorward.theme", theme);

    /// <summary>Null when it follows the system.</summary>
    public ValueTask<string?> ThemeAsync() => scripts.InvokeAsync<string?>("doorward.chosenTheme");

    /// <summary>Names the browser's tab.</summary>
    public ValueTask TitleAsync(string title) => scripts.InvokeVoidAsync("doorward.title", title);

    public ValueTask FocusAsync(string id) => scripts.InvokeVoidAsync("doorward.focus", id);

    public ValueTask RevealAsync(ElementReference element) => scripts.InvokeVoidAsync("doorward.reveal", element);

    public ValueTask PressWhenSeenAsync(ElementReference button) => scripts.InvokeVoidAsync("doorward.pressWhenSeen", button);

    public ValueTask<bool> IsVisibleAsync(CancellationToken ct) => scripts.InvokeAsync<bool>("doorward.visible", ct);

    /// <summary>Keeps the fields of a form while they are typed, and fills in what was kept: then it returns what that was based on, else null.</summary>
    public ValueTask<string?> KeepFormAsync(ElementReference form, string key) => scripts.InvokeAsync<string?>("doorward.keepForm", form, key);

    /// <summary>What a form that is kept half filled was based on; null when none is.</summary>
    public ValueTask<string?> KeptFormAsync(string key) => scripts.InvokeAsync<string?>("doorward.keptForm", key);

    /// <summary>Forgets what the tab keeps of anybody else's typing.</summary>
    public ValueTask KeepForAsync(string person) => scripts.InvokeVoidAsync("doorward.keepFor", person);

    /// <summary>Keeps what is half typed, so that a lost connection or a restart does not lose it.</summary>
    public ValueTask KeepAsync(string key, string text) => scripts.InvokeVoidAsync("sessionStorage.setItem", key, text);

    public ValueTask<string?> RecallAsync(string key) => scripts.InvokeAsync<string?>("sessionStorage.getItem", key);

    public ValueTask ForgetAsync(string key) => scripts.InvokeVoidAsync("sessionStorage.removeItem", key);
}
