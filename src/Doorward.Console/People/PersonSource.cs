using Doorward.Console.Calls;
using Doorward.Console.Palette;
using Doorward.Control.Api;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Roles;
using Microsoft.Extensions.Localization;

namespace Doorward.Console.People;

/// <summary>Finds people, service accounts and groups by letters of their names and addresses, and offers to add one.</summary>
internal sealed class PersonSource(ConsoleApi api, IStringLocalizer<PeopleText> texts) : IPaletteSource
{
    public async Task<IReadOnlyList<PaletteEntry>> FindAsync(string text, MeView me, CancellationToken ct)
    {
        if (text.Length == 0 || !me.May.Contains(ApiAction.View)) return [];
        var people = await api.GetAsync<Page<PersonView>>($"people?limit=5&search={Uri.EscapeDataString(text)}", ct);
        var groups = await api.GetAsync<Page<ResourceView>>($"groups?limit=3&brief=true&search={Uri.EscapeDataString(text)}", ct);
        return
        [
            .. (people.Value?.Items ?? []).Select(person => new PaletteEntry(texts[person.Kind == "service" ? "KindService" : "KindPerson"], person.Name, PersonLinks.Person(person.Name), person.Email)),
            .. (groups.Value?.Items ?? []).Select(group => new PaletteEntry(texts["KindGroup"], group.Name, PersonLinks.Group(group.Name))),
            .. me.May.Contains(ApiAction.Administer) && texts["NewPerson"].Value.Contains(text, StringComparison.OrdinalIgnoreCase) ? [new PaletteEntry(texts["KindAct"], texts["NewPerson"], "/new/person")] : Array.Empty<PaletteEntry>(),
        ];
    }
}
