using Doorward.Console.Shell;
using Doorward.Control.Api.Endpoints;
using Microsoft.Extensions.Localization;

namespace Doorward.Console.Palette;

/// <summary>The pages of the navigation.</summary>
internal sealed class PlaceSource(Places places, IStringLocalizer<ShellText> texts) : IPaletteSource
{
    public Task<IReadOnlyList<PaletteEntry>> FindAsync(string text, MeView me, CancellationToken ct) => Task.FromResult<IReadOnlyList<PaletteEntry>>(
        [.. places.For(me).Where(place => place.Name.Contains(text, StringComparison.OrdinalIgnoreCase)).Select(place => new PaletteEntry(texts["KindPage"], place.Name, place.Path))]);
}
