using Doorward.Console.Calls;
using Doorward.Console.Palette;
using Doorward.Control.Api;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Roles;
using Microsoft.Extensions.Localization;

namespace Doorward.Console.Connectors;

/// <summary>Finds connectors by name, and offers to reach what they are for.</summary>
internal sealed class ConnectorSource(ConsoleApi api, IStringLocalizer<ConnectorsText> texts) : IPaletteSource
{
    public async Task<IReadOnlyList<PaletteEntry>> FindAsync(string text, MeView me, CancellationToken ct)
    {
        if (text.Length == 0 || !me.May.Contains(ApiAction.View)) return [];
        var answer = await api.GetAsync<Page<ResourceView>>($"connectors?limit=5&search={Uri.EscapeDataString(text)}", ct);
        List<PaletteEntry> found = answer.Succeeded(out var page, out _)
            ? [.. page.Items.Select(connector => new PaletteEntry(texts["Connector"], connector.Name, $"/connectors/{Uri.EscapeDataString(connector.Name)}"))]
            : [];
        if (me.May.Contains(ApiAction.Administer) && texts["Reach"].Value.Contains(text, StringComparison.OrdinalIgnoreCase))
            found.Add(new PaletteEntry(texts["KindAct"], texts["Reach"], "/new/private-application"));
        return found;
    }
}
