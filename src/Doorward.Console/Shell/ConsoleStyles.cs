using System.Text;
using System.Text.RegularExpressions;
using Doorward.Console.Assets;
using Doorward.Core.Look;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MudBlazor;

namespace Doorward.Console.Shell;

/// <summary>
/// The console's stylesheet: the colours of the sign-in pages, MudBlazor's theme in these colours, and the styles of each folder.
/// MudBlazor would write its theme into every page as a style element; here it is asked once, so that the content policy can refuse them all.
/// </summary>
internal sealed partial class ConsoleStyles(IServiceScopeFactory scopes, ILoggerFactory loggers)
{
    private PageAssets.Asset? _sheet;

    internal PageAssets.Asset Sheet => _sheet ??= Make();

    private PageAssets.Asset Make()
    {
        var blocks = Root().Matches(Encoding.UTF8.GetString(HouseLook.Stylesheet.Span));
        var (light, dark) = (blocks[0].Groups[1].Value, blocks[1].Groups[1].Value);

        // Rendering a component that asks nobody anything completes at once; this happens once, at the start.
        var (mudLight, mudDark) = Task.Run(() => MudThemesAsync(Read(light), Read(dark))).GetAwaiter().GetResult();
        var sheet = $$"""
            :root { {{light}} {{mudLight}} }
            :root[data-theme="light"] { color-scheme: light; }
            @media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { {{dark}} {{mudDark}} } }
            :root[data-theme="dark"] { color-scheme: dark; {{dark}} {{mudDark}} }
            {{string.Join('\n', PageAssets.ReadStyles())}}
            """;
        return PageAssets.Make("console.css", PageAssets.StylesheetType, Encoding.UTF8.GetBytes(sheet));
    }

    private async Task<(string Light, string Dark)> MudThemesAsync(Dictionary<string, string> light, Dictionary<string, string> dark)
    {
        var theme = new MudTheme { PaletteLight = Fill(new PaletteLight(), light), PaletteDark = Fill(new PaletteDark(), dark) };
        await using var scope = scopes.CreateAsyncScope();
        await using var renderer = new HtmlRenderer(scope.ServiceProvider, loggers);
        return await renderer.Dispatcher.InvokeAsync(async () => (await RenderAsync(renderer, theme, false), await RenderAsync(renderer, theme, true)));
    }

    private static async Task<string> RenderAsync(HtmlRenderer renderer, MudTheme theme, bool dark)
    {
        var html = await renderer.RenderComponentAsync<MudThemeProvider>(ParameterView.FromDictionary(new Dictionary<string, object?>
        {
            [nameof(MudThemeProvider.Theme)] = theme,
            [nameof(MudThemeProvider.IsDarkMode)] = dark,
            [nameof(MudThemeProvider.ObserveSystemDarkModeChange)] = false,
        }));
        return string.Concat(Variable().Matches(html.ToHtmlString()).Select(static match => match.Value));
    }

    private static T Fill<T>(T palette, Dictionary<string, string> colours)
        where T : MudBlazor.Palette
    {
        palette.Primary = palette.Info = palette.Secondary = palette.Tertiary = colours["accent"];
        palette.PrimaryContrastText = palette.InfoContrastText = palette.SecondaryContrastText = palette.TertiaryContrastText = colours["accent-ink"];
        palette.Error = colours["danger"];
        palette.Success = colours["good"];
        palette.Background = palette.BackgroundGray = colours["ground"];
        palette.Surface = palette.DrawerBackground = palette.AppbarBackground = colours["surface"];
        palette.TextPrimary = palette.DrawerText = palette.AppbarText = palette.ActionDefault = colours["ink"];
        palette.TextSecondary = palette.DrawerIcon = colours["muted"];
        palette.LinesDefault = palette.TableLines = palette.Divider = colours["line"];
        palette.LinesInputs = colours["field"];
        return palette;
    }

    private static Dictionary<string, string> Read(string block) =>
        Colour().Matches(block).ToDictionary(static match => match.Groups[1].Value, static match => match.Groups[2].Value, StringComparer.Ordinal);

    [GeneratedRegex(@":root\s*\{([^}]*)\}")]
    private static partial Regex Root();

    [GeneratedRegex(@"--([\w-]+):\s*(#[0-9a-f]{6})\s*;")]
    private static partial Regex Colour();

    [GeneratedRegex(@"--mud-[\w-]+:[^;}]*;")]
    private static partial Regex Variable();
}
