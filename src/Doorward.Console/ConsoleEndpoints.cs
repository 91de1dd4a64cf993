using Doorward.Console.Assets;
using Doorward.Console.Browsers;
using Doorward.Console.Calls;
using Doorward.Console.Components;
using Doorward.Console.Decisions;
using Doorward.Console.Identity.Confirming;
using Doorward.Console.Layout;
using Doorward.Console.Palette;
using Doorward.Console.Shell;
using Doorward.Control.Api.InProcess;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace Doorward.Console;

/// <summary>The administrators' console: its pages and the circuits behind them. The gateway let nobody here whom the system's policies do not.</summary>
internal static class ConsoleEndpoints
{
    internal const string CircuitPath = "/_blazor";
    internal const string ZoneCookie = "__Host-doorward-zone";

    // A pasted policy of 1 MB, as UTF-8 inside JSON, must arrive, to be refused in words.
    private const long LongestMessage = 3 * 1024 * 1024;

    internal static void AddConsole(this IServiceCollection services)
    {
        services.AddRazorComponents().AddInteractiveServerComponents(static circuits =>
        {
            circuits.DisconnectedCircuitMaxRetained = 50;
            circuits.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(2);
            circuits.PersistedCircuitInMemoryMaxRetained = 50;
        }).AddHubOptions(static hub =>
        {
            hub.MaximumReceiveMessageSize = LongestMessage;
            hub.AddFilter<OpenCircuits>();
        });
        services.AddMudServices();
        services.AddLocalization();
        services.AddSingleton<ConsoleStyles>().AddSingleton<Places>().AddSingleton<OpenCircuits>();
        services.AddScoped<Viewer>().AddScoped<FirstAnswers>().AddScoped<ConfirmPrompt>().AddScoped<ConsoleApi>().AddScoped<Browser>().AddScoped<Toasts>();
        AddPalette(services);
    }

    internal static void AddPalette(IServiceCollection services)
    {
        services.AddScoped<IPaletteSource, PlaceSource>();
        foreach (var area in PaletteArea.All)
            services.AddScoped<IPaletteSource>(provider => ActivatorUtilities.CreateInstance<AreaSource>(provider, area));
        services.AddScoped<IPaletteSource, DecisionSource>();
    }

    internal static void Map(IEndpointRouteBuilder routes)
    {
        var styles = routes.ServiceProvider.GetRequiredService<ConsoleStyles>();
        PageAssets.Map(routes, [styles.Sheet, PageAssets.Stylesheet, PageAssets.Icon, PageAssets.SendOnce, PageAssets.CloseWindow, .. PageAssets.Console]);
        ConfirmEndpoints.MapDone(routes);
        routes.MapGroup("").WithMetadata(new ConsoleMetadata()).MapRazorComponents<App>().AddInteractiveServerRenderMode();
    }

    /// <summary>Says who is here to pages and circuits, and lets only pages of this host open a circuit.</summary>
    internal static async Task Admit(HttpContext http, RequestDelegate next)
    {
        var isCircuit = http.Request.Path.StartsWithSegments(CircuitPath);
        if (!Serves(http))
            await next(http);
        else if (isCircuit && !OwnOrigin.Sent(http.Request))
            http.Response.StatusCode = StatusCodes.Status403Forbidden;
        else if (await http.RequestServices.GetRequiredService<AssertedSession>().ReadAsync(http) is { } session)
        {
            if (isCircuit)
                session = await http.RequestServices.GetRequiredService<CircuitStanding>().OpenAsync(session, http.RequestAborted);
            http.User = Viewer.Describe(session, http.Request.Cookies[ZoneCookie]);
            await next(http);
        }
        else
        {
            await Pages.Trouble(StatusCodes.Status401Unauthorized, "Nobody is signed in", "The gateway did not say who you are. Sign in again.", "/", "Start again").ExecuteAsync(http);
        }
    }

    internal static bool Serves(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<ConsoleMetadata>() is not null;

    private sealed class ConsoleMetadata;
}
