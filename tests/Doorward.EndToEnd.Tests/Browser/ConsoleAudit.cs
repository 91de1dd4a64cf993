using System.Text.Json;
using Doorward.Testing;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>
/// Looks at a page of the console as a reviewer would: axe-core, content policy, complaints of the browser, light and dark, narrow and
/// wide. With DOORWARD_SCREENSHOTS naming a folder, pictures of it are left there.
/// </summary>
public static class ConsoleAudit
{
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("DOORWARD_SCREENSHOTS");

    /// <summary>A picture alone, of what is there for a moment.</summary>
    public static async Task PictureAsync(this Person person, string name)
    {
        if (Pictures is not null)
            await person.Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"{name}.png") });
    }

    // Every width and every look once; all four together in pictures, and of the pages that the navigation lists.
    private static (ColorScheme Scheme, int Width)[] Views(bool all) => all || Pictures is not null
        ? [(ColorScheme.Light, 390), (ColorScheme.Light, 1280), (ColorScheme.Dark, 390), (ColorScheme.Dark, 1280)]
        : [(ColorScheme.Dark, 390), (ColorScheme.Light, 1280)];

    public static async Task AuditConsoleAsync(this Person person, string name, bool all = false)
    {
        var missing = await NodePackages.MissingAsync();
        Assert.SkipWhen(missing is not null, missing ?? "");
        var axe = await File.ReadAllTextAsync(Path.Combine(NodePackages.Folder, "node_modules", "axe-core", "axe.min.js"));
        var found = new List<string>();
        foreach (var (scheme, width) in Views(all))
        {
            await person.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            await person.Page.SetViewportSizeAsync(width, 860);
            await person.Page.EvaluateAsync(axe);
            var wrong = await person.Page.EvaluateAsync<JsonElement>(
                """
                async () => {
                  // What is half under the bar where one happens to be is whole where one scrolls to.
                  const place = scrollY;
                  scrollTo(0, 0);
                  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
                  const wrong = (await axe.run(document, { runOnly: tags })).violations
                    .flatMap(rule => rule.nodes.map(node => `${rule.id}: ${node.html.slice(0, 160)} ${node.failureSummary}`));
                  const over = document.documentElement.scrollWidth - document.documentElement.clientWidth;
                  if (over > 0) wrong.push(`scrolls sideways by ${over} pixels`);
                  scrollTo(0, place);
                  return wrong;
                }
                """);
            found.AddRange(wrong.EnumerateArray().Select(each => $"{name}, {scheme}, {width} pixels: {each.GetString()}"));
            if (Pictures is not null)
                await person.Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"{name}-{width}-{scheme}.png") });
        }

        // Inline style attributes are MudBlazor's; nothing else may be inline.
        if (!person.LastPolicy.Contains("default-src 'none'", StringComparison.Ordinal) || !person.LastPolicy.Contains("script-src 'self';", StringComparison.Ordinal)
            || !person.LastPolicy.Contains("style-src 'self';", StringComparison.Ordinal) || person.LastPolicy.Contains("unsafe-eval", StringComparison.Ordinal))
            found.Add($"{name}: content policy {person.LastPolicy}");
        found.AddRange(person.Complaints.Select(complaint => $"{name}: the browser says: {complaint}"));
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }
}
