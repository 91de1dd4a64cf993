using Doorward.Console.Calls;
using Doorward.Console.Palette;
using Doorward.Control.Api;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Roles;
using Microsoft.Extensions.Localization;

namespace Doorward.Console.Policies;

/// <summary>Finds policies by name or by any word of their text, the question what would be, and offers to write one.</summary>
internal sealed class PolicySource(ConsoleApi api, IStringLocalizer<PoliciesText> texts) : IPaletteSource
{
    public async Task<IReadOnlyList<PaletteEntry>> FindAsync(string text, MeView me, CancellationToken ct)
    {
        if (text.Length == 0 || !me.May.Contains(ApiAction.View)) return [];
        var answer = await api.GetAsync<Page<PublishedPolicyView>>($"published-policies?limit=5&search={Uri.EscapeDataString(text)}", ct);
        List<PaletteEntry> found = answer.Succeeded(out var page, out _)
            ? [.. page.Items.Select(policy => new PaletteEntry(texts["Kind"], policy.Name, $"/policies/{Uri.EscapeDataString(policy.Name)}", policy.Says))]
            : [];
        if (texts["WhatIf"].Value.Contains(text, StringComparison.OrdinalIgnoreCase)) found.Add(new PaletteEntry(texts["KindPage"], texts["WhatIf"], "/what-if"));
        if (me.May.Contains(ApiAction.Administer) && texts["New"].Value.Contains(text, StringComparison.OrdinalIgnoreCase)) found.Add(new PaletteEntry(texts["KindAct"], texts["New"], "/new-policy"));
        return found;
    }
}
