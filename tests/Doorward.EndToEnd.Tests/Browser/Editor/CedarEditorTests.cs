using System.Diagnostics;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser.Editor;

/// <summary>The editor of policies, as people use it, in a real browser.</summary>
public sealed class CedarEditorTests(EditorSite site) : IClassFixture<EditorSite>
{
    private const string Policy = "permit (principal, action, resource)\nwhen { context.session.mfa };\n";

    [Fact]
    public async Task What_is_wrong_is_marked_at_its_place_while_one_types_and_the_mark_goes_when_it_is_mended()
    {
        await using var editor = await site.OpenAsync();
        await editor.Text.FocusAsync();
        // Two UTF-16 units, four bytes, one code point: whoever counts in other units marks another place.
        await editor.Page.Keyboard.InsertTextAsync("// 🔑 ключ\npermit (principal, action, resource)\nwhen { context.session.mfaa };");

        var mark = editor.Page.Locator(".cm-lintRange-error");
        await Assertions.Expect(mark).ToHaveTextAsync("context.session.mfaa");
        await mark.HoverAsync();
        await Assertions.Expect(editor.Page.Locator(".cm-diagnostic")).ToContainTextAsync("mfa");

        await editor.Page.Keyboard.PressAsync("Control+End");
        foreach (var _ in "a };") await editor.Page.Keyboard.PressAsync("Backspace");
        await editor.Page.Keyboard.TypeAsync(" };");
        await Assertions.Expect(mark).ToHaveCountAsync(0);
        Assert.Empty(editor.Complaints);
    }

    [Fact]
    public async Task What_is_not_seen_or_turns_the_text_around_is_shown()
    {
        await using var editor = await site.OpenAsync();
        await editor.OpenTextAsync("// a\u202Eb\u200Bc\uFEFFd");

        await Assertions.Expect(editor.Page.Locator(".cm-specialChar")).ToHaveCountAsync(3);
        await Assertions.Expect(editor.Page.GetByTitle("right-to-left override")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_warning_is_marked_with_what_would_help()
    {
        await using var editor = await site.OpenAsync();
        await editor.OpenTextAsync("forbid (principal, action, resource) when { context has device && !context.device.compliant };");

        await editor.Page.Locator(".cm-lintRange-warning").HoverAsync();
        await Assertions.Expect(editor.Page.Locator(".cm-diagnostic .hint")).ToContainTextAsync("unless { context has device");
        await Assertions.Expect(editor.Page.Locator(".cm-lintRange-error")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task What_may_stand_there_is_proposed_from_the_schema_and_taken_by_keyboard()
    {
        await using var editor = await site.OpenAsync();
        await editor.OpenTextAsync("permit (");

        await editor.Page.Keyboard.TypeAsync("pr");
        await Assertions.Expect(editor.Page.GetByRole(AriaRole.Option, new() { Name = "principal" })).ToBeVisibleAsync();
        // For 75 ms Enter is still taken for a new line, by the page's own clock, so that nobody takes what they have not seen.
        await editor.Page.WaitForFunctionAsync("shown => performance.now() - shown > 150", await editor.Page.EvaluateAsync<double>("performance.now()"));
        await editor.Page.Keyboard.PressAsync("Enter");
        Assert.Equal("permit (principal", await editor.ReadAsync());

        await editor.OpenTextAsync("permit (principal, action, resource) when { context.session.");
        await editor.Page.Keyboard.PressAsync("Control+Space");
        await Assertions.Expect(editor.Page.GetByRole(AriaRole.Option, new() { Name = "phishingResistant" })).ToBeVisibleAsync();
        Assert.Empty(editor.Complaints);
    }

    [Fact]
    public async Task It_is_formatted_by_keyboard_and_when_it_is_saved_but_only_when_it_parses()
    {
        await using var editor = await site.OpenAsync();
        await editor.OpenTextAsync("permit(principal,action,resource)when{context.session.mfa};");
        await editor.Page.Keyboard.PressAsync("Shift+Alt+F");
        await editor.Page.WaitForFunctionAsync("text => editor.getText() === text", Policy);

        await editor.OpenTextAsync("forbid(principal,action,resource);");
        await editor.Page.Keyboard.PressAsync("Control+s");
        await editor.Page.WaitForFunctionAsync("() => saved.length === 1");
        Assert.Equal("forbid (principal, action, resource);\n", await editor.Page.EvaluateAsync<string>("saved[0]"));

        await editor.OpenTextAsync("permit(principal,");
        await editor.Page.Keyboard.PressAsync("Shift+Alt+F");
        await Assertions.Expect(editor.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("not formatted, because it does not parse");
        Assert.Equal("permit(principal,", await editor.ReadAsync());
    }

    [Fact]
    public async Task Tab_indents_and_Escape_then_Tab_leaves()
    {
        await using var editor = await site.OpenAsync();
        await editor.OpenTextAsync("permit");
        await editor.Page.Keyboard.PressAsync("Home");
        await editor.Page.Keyboard.PressAsync("Tab");
        Assert.Equal("  permit", await editor.ReadAsync());

        await editor.Page.Keyboard.PressAsync("Escape");
        await editor.Page.Keyboard.PressAsync("Tab");

        await Assertions.Expect(editor.Page.Locator("#after")).ToBeFocusedAsync();
        Assert.Equal("  permit", await editor.ReadAsync());
    }

    [Fact]
    public async Task Changes_are_told_once_typing_pauses_and_search_finds()
    {
        await using var editor = await site.OpenAsync();
        await editor.OpenTextAsync(Policy);
        await editor.Page.Keyboard.TypeAsync("// draft");
        await editor.Page.WaitForFunctionAsync("() => changes.at(-1)?.endsWith('// draft')");
        Assert.InRange(await editor.Page.EvaluateAsync<int>("changes.length"), 1, 8);

        await editor.Page.Keyboard.PressAsync("Control+f");
        await editor.Page.Keyboard.TypeAsync("session");
        await Assertions.Expect(editor.Page.Locator(".cm-searchMatch")).ToHaveTextAsync("session");
        Assert.Empty(editor.Complaints);
    }

    [Fact]
    public async Task A_paste_of_a_megabyte_does_not_freeze_it_and_one_of_more_is_refused_in_words()
    {
        await using var editor = await site.OpenAsync();
        const int Most = 1 << 20;
        foreach (var line in new[] { "// a line of a comment that is long enough\n", new string('x', 1024) })
        {
            await editor.OpenTextAsync("");
            var text = string.Concat(Enumerable.Repeat(line, (Most / line.Length) + 1))[..Most];
            await PasteAsync(editor, text);
            Assert.Equal(Most, (await editor.ReadAsync()).Length);
            var began = Stopwatch.GetTimestamp();
            await editor.Page.Keyboard.PressAsync("Backspace");
            await editor.Page.Keyboard.TypeAsync("y");
            await editor.Page.WaitForFunctionAsync("() => editor.getText().endsWith('y')");
            Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(10));
            await Assertions.Expect(editor.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("checked when it is saved");

            await PasteAsync(editor, "z");
            await Assertions.Expect(editor.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Nothing was inserted");
            Assert.Equal(Most, (await editor.ReadAsync()).Length);
        }

        Assert.Empty(editor.Complaints);
    }

    [Fact]
    public async Task It_reads_well_in_light_and_dark()
    {
        await using var editor = await site.OpenAsync();
        await editor.OpenTextAsync("// who\n@id(\"x\")\n" + Policy.Replace("mfa", "mfa && 1 + \"x\" == true", StringComparison.Ordinal));
        await Assertions.Expect(editor.Page.Locator(".cm-lintRange-error").First).ToBeVisibleAsync();
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await editor.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            Assert.Empty(await editor.Page.EvaluateAsync<string[]>(Contrast));
            if (Environment.GetEnvironmentVariable("DOORWARD_SCREENSHOTS") is { } folder)
                await editor.Page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"cedar-editor-{scheme}.png") });
        }
    }

    // Of every coloured word: the contrast of its colour with the ground, which WCAG 2.2 AA wants at 4.5.
    private const string Contrast = """
        () => {
          const frame = document.getElementById("editor").shadowRoot.querySelector(".frame");
          const part = value => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
          const light = colour => { const [r, g, b] = colour.match(/[\d.]+/g).map(Number).map(part); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
          const ground = light(getComputedStyle(frame).backgroundColor);
          const words = [...frame.querySelectorAll(".cm-line, .cm-line span, .cm-gutterElement")];
          if (words.length < 12) return ["nothing is coloured"];
          return words.map(word => [word.textContent, light(getComputedStyle(word).color)])
            .filter(([, ink]) => (Math.max(ink, ground) + 0.05) / (Math.min(ink, ground) + 0.05) < 4.5).map(([text]) => text);
        }
        """;

    private static async Task PasteAsync(EditorPage editor, string text) => await editor.Page.EvaluateAsync(
        """
        text => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          document.getElementById("editor").shadowRoot.querySelector(".cm-content").dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }
        """, text);
}
