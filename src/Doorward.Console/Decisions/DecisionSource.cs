using Doorward.Console.Palette;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Roles;
using Microsoft.Extensions.Localization;

namespace Doorward.Console.Decisions;

/// <summary>Leads from a pasted reference to what it stands for.</summary>
internal sealed class DecisionSource(IStringLocalizer<DecisionsText> texts) : IPaletteSource
{
    public Task<IReadOnlyList<PaletteEntry>> FindAsync(string text, MeView me, CancellationToken ct) => Task.FromResult<IReadOnlyList<PaletteEntry>>(
        me.May.Contains(ApiAction.View) && (text.StartsWith("dec_", StringComparison.Ordinal) || text.StartsWith("ref_", StringComparison.Ordinal))
            ? [new PaletteEntry(texts["Kind"], text, $"/decisions/{Uri.EscapeDataString(text)}")]
            : []);
}
