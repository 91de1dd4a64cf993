using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using System.Text.RegularExpressions;
using Doorward.Testing;
using Microsoft.Playwright;
using Xunit.Sdk;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>
/// What a window of a failing test showed at the end, and what browser and product said until then: in short in the test's output, whole in
/// <c>artifacts/test-results/sights</c>. A page that did not come says nothing by a timeout alone.
/// </summary>
internal static partial class LastSight
{
    private const int ShortText = 700;
    private const int ShortLines = 25;
    private const int LogLines = 200;
    private static readonly ConcurrentDictionary<string, string> Thrown = new(StringComparer.Ordinal);
    private static int _count;

    /// <summary>Notes in which tests something is thrown: while a window closes, its test does not know yet that it fails.</summary>
    internal static void Watch() => AppDomain.CurrentDomain.FirstChanceException += Note;

    internal static void Unwatch() => AppDomain.CurrentDomain.FirstChanceException -= Note;

    internal static async Task KeepAsync(IPage page, IReadOnlyList<string> heard, string productLog)
    {
        if (TestContext.Current.Test is not { } test || !Thrown.TryGetValue(test.UniqueID, out var thrown)) return;
        var text = page.IsClosed ? "(the window is closed)" : await TryAsync(() => page.Locator("body").InnerTextAsync(new() { Timeout = 5_000 }));
        var path = Path.Combine(Directory.CreateDirectory(Path.Combine(Checkout.Root, "artifacts", "test-results", "sights")).FullName,
            $"{NotOfNames().Replace(test.TestDisplayName, "-")}-{Interlocked.Increment(ref _count)}");
        await File.WriteAllTextAsync(path + ".html", await TryAsync(() => page.ContentAsync()));
        await File.WriteAllLinesAsync(path + ".txt", [thrown, page.Url, text, "", .. heard, "", .. Tail(productLog)]);
        await TryAsync(async () => $"{(await page.ScreenshotAsync(new() { Path = path + ".png", Timeout = 10_000 })).Length}");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"The window was at {page.Url} and showed: {(text.Length > ShortText ? text[..ShortText] + "..." : text)}\n{string.Join('\n', heard.TakeLast(ShortLines))}\nThe whole of it: {path}.*");
    }

    private static void Note(object? sender, FirstChanceExceptionEventArgs thrown)
    {
        if (thrown.Exception is (TimeoutException or PlaywrightException or IAssertionException) and var fault && TestContext.Current.Test is { } test)
            Thrown[test.UniqueID] = fault.Message;
    }

    private static async Task<string> TryAsync(Func<Task<string>> look)
    {
        try
        {
            return await look();
        }
        catch (Exception fault) when (fault is PlaywrightException or TimeoutException)
        {
            return $"({fault.Message})";
        }
    }

    // The product goes on writing meanwhile.
    private static string[] Tail(string log)
    {
        if (!File.Exists(log)) return [$"(no {log})"];
        using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return [.. reader.ReadToEnd().Split('\n').TakeLast(LogLines)];
    }

    [GeneratedRegex("[^A-Za-z0-9_.]+")]
    private static partial Regex NotOfNames();
}
