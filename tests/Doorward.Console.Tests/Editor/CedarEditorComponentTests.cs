using System.Text;
using Bunit;
using Doorward.Console.Assets;
using Doorward.Console.Calls;
using Doorward.Console.Editor;
using Doorward.Control.Api.InProcess;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.JSInterop;

namespace Doorward.Console.Tests.Editor;

/// <summary>The editor as a page uses it; what its script does is tried in a browser.</summary>
public sealed class CedarEditorComponentTests : BunitContext
{
    private readonly BunitJSModuleInterop _module;
    private readonly BunitJSModuleInterop _editor;

    public CedarEditorComponentTests()
    {
        this.AddBunitPersistentComponentState();
        Services.AddLogging().AddLocalization().AddHttpContextAccessor();
        Services.AddAuthorizationCore();
        Services.AddSingleton<InProcessApi>().AddScoped<Viewer>().AddScoped<FirstAnswers>().AddScoped<ConfirmPrompt>().AddScoped<ConsoleApi>();
        _module = JSInterop.SetupModule(PageAssets.CedarEditor.Path);
        _editor = _module.SetupModule("mount", static _ => true);
        _editor.Mode = JSRuntimeMode.Loose;
    }

    [Fact]
    public void The_text_can_be_read_before_the_script_is_there_and_is_given_to_it()
    {
        var shown = Open("permit <b>", []);

        Assert.Equal("permit <b>", shown.Find("pre").TextContent);
        var options = Assert.Single(_module.Invocations["mount"]).Arguments[2]!;
        Assert.Equal("{ text = permit <b>, label = Policy wiki, readOnly = False, draft = policy/wiki }", options.ToString());
    }

    [Fact]
    public async Task What_is_typed_is_told_to_the_last_unit_and_not_put_in_again_but_what_the_page_changes_is()
    {
        var told = new List<string>();
        var shown = Open("one", told);

        await shown.InvokeAsync(() => shown.Instance.ChangedAsync(new Sent("\uFEFF🔑 two")));
        Assert.Equal(["\uFEFF🔑 two"], told);
        shown.Render(parameters => parameters.Add(editor => editor.Text, told[0]));
        Assert.Empty(_editor.Invocations["setText"]);

        shown.Render(parameters => parameters.Add(editor => editor.Text, "three"));
        Assert.Equal("three", Assert.Single(_editor.Invocations["setText"]).Arguments[0]);
    }

    private IRenderedComponent<CedarEditor> Open(string text, List<string> told) => Render<CedarEditor>(parameters => parameters
        .Add(editor => editor.Text, text).Add(editor => editor.Label, "Policy wiki").Add(editor => editor.Draft, "policy/wiki")
        .Add(editor => editor.TextChanged, told.Add));

    // As the browser sends it: UTF-8 bytes.
    private sealed class Sent(string text) : IJSStreamReference
    {
        public long Length => Encoding.UTF8.GetByteCount(text);

        public ValueTask<Stream> OpenReadStreamAsync(long maxAllowedSize = 512_000, CancellationToken cancellationToken = default) =>
            Length <= maxAllowedSize ? ValueTask.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(text))) : throw new ArgumentOutOfRangeException(nameof(maxAllowedSize));

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
