namespace Doorward.Console.SelfService;

/// <summary>What people call the browser and system of a user agent. Only known words come out, so nothing of it is shown raw.</summary>
internal static class BrowserName
{
    // Order matters: most browsers also claim to be the ones below them.
    private static readonly (string Token, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chromium/", "Chromium"), ("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl")];

    private static readonly (string Token, string Name)[] Systems =
        [("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux")];

    internal static string Of(string? userAgent)
    {
        var browser = Find(Browsers, userAgent) ?? "A browser";
        return Find(Systems, userAgent) is { } system ? $"{browser} on {system}" : browser;
    }

    private static string? Find((string Token, string Name)[] known, string? text) =>
        text is null ? null : known.FirstOrDefault(entry => text.Contains(entry.Token, StringComparison.Ordinal)).Name;
}
