using Doorward.Console.Calls;
using Doorward.Console.Palette;
using Doorward.Control.Api;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Roles;
using Microsoft.Extensions.Localization;

namespace Doorward.Console.Applications;

/// <summary>Finds applications by name, host, upstream or label, and offers to add one.</summary>
internal sealed class ApplicationSource(ConsoleApi api, IStringLocalizer<ApplicationsText> texts) : IPaletteSource
{
    public async Task<IReadOnlyList<PaletteEntry>> FindAsync(string text, MeView me, CancellationToken ct)
    {
        if (text.Length == 0 || !me.May.Contains(ApiAction.View)) return [];
        var answer = await api.GetAsync<Page<ResourceView>>($"applications?limit=5&search={Uri.EscapeDataString(text)}", ct);
        List<PaletteEntry> found = answer.Succeeded(out var page, out _)
            ? [.. page.Items.Select(application => new PaletteEntry(texts["Kind"], application.Name, $"/applications/{Uri.EscapeDataString(application.Name)}", SpecText.List(application.Spec["hosts"])))]
            : [];
        if (me.May.Contains(ApiAction.Administer) && texts["New"].Value.Contains(text, StringComparison.OrdinalIgnoreCase))
            found.Add(new PaletteEntry(texts["KindAct"], texts["New"], "/new/application"));
        return found;
    }
}
