using System.Text.Json;
using Doorward.Testing;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>
/// Looks at the page that is shown as a reviewer would: light and dark, narrow and wide, labels, contrast, content policy, complaints.
/// With DOORWARD_SCREENSHOTS naming a folder, pictures of it are left there.
/// </summary>
public static class PageAudit
{
    private static readonly string Script = Checkout.Read("tests/Doorward.EndToEnd.Tests/Browser/PageAudit.js");
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("DOORWARD_SCREENSHOTS");

    public static async Task AuditAsync(this Person person, string name)
    {
        var found = new List<string>();
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await person.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            foreach (var width in new[] { 390, 768, 1280 })
            {
                await person.Page.SetViewportSizeAsync(width, 860);
                found.AddRange((await WrongAsync(person.Page)).Select(wrong => $"{name}, {scheme}, {width} pixels: {wrong}"));
                if (Pictures is not null)
                    await person.Page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"{name}-{width}-{scheme}.png"), FullPage = true, Caret = ScreenshotCaret.Initial });
            }
        }

        if (!person.Policy.Contains("default-src 'none'", StringComparison.Ordinal) || person.Policy.Contains("unsafe", StringComparison.Ordinal))
            found.Add($"{name}: content policy {person.Policy}");
        found.AddRange(person.Complaints.Select(complaint => $"{name}: the browser says: {complaint}"));
        Assert.True(found.Count == 0, string.Join(Environment.NewLine, found));
    }

    internal static async Task<IReadOnlyList<string>> WrongAsync(IPage page)
    {
        var answer = await page.EvaluateAsync<JsonElement>(Script);
        Assert.NotEqual(0, answer.GetProperty("texts").GetInt32());
        return [.. answer.GetProperty("wrong").EnumerateArray().Select(wrong => wrong.GetString()!)];
    }
}
