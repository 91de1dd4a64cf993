using System.Text.Json.Nodes;
using AngleSharp.Dom;
using Bunit;
using Doorward.Console.Assets;
using Doorward.Console.Calls;
using Doorward.Console.Components;
using Doorward.Console.Shell;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Api.InProcess;
using Doorward.Control.Identity;
using Doorward.Testing.Administration;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace Doorward.Console.Tests.Roles;

/// <summary>The console as one person has it before them: its real pages, over the real API, for their session.</summary>
internal sealed class RolePage : BunitContext
{
    public RolePage(RoleGround ground, ActingSession session, string? zone = null)
    {
        this.AddBunitPersistentComponentState();
        Services.AddLogging().AddLocalization().AddHttpContextAccessor();
        Services.AddSingleton(TimeProvider.System).AddSingleton(ground.Api).AddSingleton(new InstallationAddress("doorward.localhost", 8443));
        Services.AddSingleton<AuthenticationStateProvider>(new Viewing(session, zone));
        Services.AddSingleton<Places>();
        Services.AddScoped<Viewer>().AddScoped<FirstAnswers>().AddScoped<ConfirmPrompt>().AddScoped<ConsoleApi>().AddScoped<Browser>().AddScoped<Toasts>();
        Services.AddMudServices();
        JSInterop.Mode = JSRuntimeMode.Loose;
        Editor = JSInterop.SetupModule(PageAssets.CedarEditor.Path).SetupModule("mount", static _ => true);
        Editor.Mode = JSRuntimeMode.Loose;
    }

    /// <summary>The script of the editor of policies.</summary>
    public BunitJSModuleInterop Editor { get; }

    public ConsoleApi Api => Services.GetRequiredService<ConsoleApi>();

    /// <summary>Shows a page at its address, to whom the API says is looking.</summary>
    public async Task<IRenderedComponent<CascadingValue<MeView>>> OpenAsync(Type page, string address)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        var me = (await Api.GetAsync<MeView>("me")).Value ?? throw new InvalidOperationException("Nobody is looking.");
        var route = page.GetCustomAttributes(typeof(RouteAttribute), inherit: false).Cast<RouteAttribute>().First(route => Fits(route.Template, address)).Template;
        var values = Values(route, address);
        return Render<CascadingValue<MeView>>(parameters => parameters
            .Add(static cascading => cascading.Value, me)
            .Add(static cascading => cascading.ChildContent, builder =>
            {
                builder.OpenComponent(0, page);
                foreach (var (name, value) in values) builder.AddAttribute(1, name, value);
                builder.CloseComponent();
            }));
    }

    /// <summary>The whole console, to go about in by <see cref="GoAsync"/>.</summary>
    public IRenderedComponent<Routes> Enter(string address)
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo(address);
        return Render<Routes>();
    }

    public Task GoAsync(IRenderedComponent<Routes> shown, string address) => shown.InvokeAsync(() => Services.GetRequiredService<NavigationManager>().NavigateTo(address));

    public static bool Offers(IRenderedComponent<CascadingValue<MeView>> shown, string name) =>
        // A dialog that is not open shows nothing.
        shown.FindAll("button, a, input").Any(control => NameOf(control) == name && control.Closest("dialog:not([open])") is null);

    public static async Task WaitAsync(IRenderedComponent<CascadingValue<MeView>> shown, string name, TimeSpan patience)
    {
        try
        {
            await shown.WaitForStateAsync(() => Offers(shown, name), patience);
        }
        catch (Bunit.Extensions.WaitForHelpers.WaitForFailedException)
        {
            // Said by who asked for it.
        }
    }

    /// <summary>Calls an act as pages do, wherever its control is; the status of the answer, 0 when it was done.</summary>
    public async Task<int> CallAsync(ApiAct act)
    {
        var path = act.Route.Replace("{name}", "bob", StringComparison.Ordinal).Replace("{id}", "none", StringComparison.Ordinal);
        var body = act.Body.Length == 0 ? null : JsonNode.Parse(act.Body);
        var problem = act.Method switch
        {
            "POST" => (await Api.PostAsync<JsonNode>(path, body)).Problem,
            "PUT" => (await Api.PutAsync<JsonNode>(path, body!)).Problem,
            _ => (await Api.DeleteAsync(path)).Problem,
        };
        return problem?.Status ?? 0;
    }

    private static string NameOf(IElement control) => control.GetAttribute("aria-label") ?? control.TextContent.Trim();

    private static bool Fits(string template, string address) => template.Split('/').Length == address.Split('?')[0].Split('/').Length;

    private static IEnumerable<(string Name, string Value)> Values(string template, string address) =>
        template.Split('/').Zip(address.Split('?')[0].Split('/')).Where(static pair => pair.First.StartsWith('{')).Select(static pair => (pair.First.Trim('{', '}'), pair.Second));

    private sealed class Viewing(ActingSession session, string? zone) : AuthenticationStateProvider
    {
        public override Task<AuthenticationState> GetAuthenticationStateAsync() => Task.FromResult(new AuthenticationState(Viewer.Describe(session, zone)));
    }
}
