using Doorward.Console.Calls;
using Doorward.Console.Palette;
using Doorward.Control.Api;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Roles;
using Microsoft.Extensions.Localization;

namespace Doorward.Console.Sessions;

/// <summary>Finds live sessions by person, address or id.</summary>
internal sealed class SessionSource(ConsoleApi api, IStringLocalizer<SessionsText> texts) : IPaletteSource
{
    public async Task<IReadOnlyList<PaletteEntry>> FindAsync(string text, MeView me, CancellationToken ct)
    {
        if (text.Length == 0 || !me.May.Contains(ApiAction.View)) return [];
        var answer = await api.GetAsync<Page<SessionView>>($"sessions?limit=5&search={Uri.EscapeDataString(text)}", ct);
        return answer.Succeeded(out var page, out _)
            ? [.. page.Items.Select(session => new PaletteEntry(texts["Kind"], session.User, SessionLinks.Session(session.Id), session.Address))]
            : [];
    }
}
