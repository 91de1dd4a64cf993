namespace Doorward.Core.Look;

/// <summary>
/// What every page that people meet looks like: those of sign-in and the console, and the gateway's own. One stylesheet, one mark;
/// here, because the two sides share no other room. Each serves it under an address of its own.
/// </summary>
public static class HouseLook
{
    public const string StylesheetType = "text/css; charset=utf-8";
    public const string IconType = "image/svg+xml";

    /// <summary>UTF-8.</summary>
    public static ReadOnlyMemory<byte> Stylesheet { get; } = Read("doorward.css");

    /// <summary>The mark as an SVG image; its one colour stands out on light and on dark.</summary>
    public static ReadOnlyMemory<byte> Icon { get; } = Read("icon.svg");

    private static byte[] Read(string name)
    {
        using var resource = typeof(HouseLook).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"{name} is not in the assembly.");
        using var copy = new MemoryStream();
        resource.CopyTo(copy);
        return copy.ToArray();
    }
}
