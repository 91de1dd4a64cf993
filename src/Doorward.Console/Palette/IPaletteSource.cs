namespace Doorward.Console.Palette;

/// <summary>Finds things for the command palette: pages, commands, people, applications. One for each area; registered with the console.</summary>
public interface IPaletteSource
{
    /// <summary>What fits the text best, a few; with no text what is worth offering unasked. Only what the viewer may see.</summary>
    Task<IReadOnlyList<PaletteEntry>> FindAsync(string text, Doorward.Control.Api.Endpoints.MeView me, CancellationToken ct);
}

/// <summary>One line of the command palette, and the address it leads to.</summary>
public sealed record PaletteEntry(string Kind, string Name, string Href, string? Hint = null);
