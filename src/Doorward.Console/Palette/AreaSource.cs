using Doorward.Console.Calls;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Roles;
using Microsoft.Extensions.Localization;

namespace Doorward.Console.Palette;

/// <summary>Finds what an area of the console has, for those who may look into it.</summary>
internal sealed class AreaSource(PaletteArea area, ConsoleApi api, IStringLocalizerFactory texts) : IPaletteSource
{
    public async Task<IReadOnlyList<PaletteEntry>> FindAsync(string text, MeView me, CancellationToken ct)
    {
        if (text.Length == 0 || !me.May.Contains(ApiAction.View)) return [];
        var found = new List<PaletteEntry>();
        foreach (var find in area.Finds) found.AddRange(await find.FindAsync(text, me, api, texts.Create(area.Texts), ct));
        return found;
    }
}
