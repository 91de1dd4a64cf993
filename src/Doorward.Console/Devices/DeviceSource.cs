using Doorward.Console.Calls;
using Doorward.Console.Palette;
using Doorward.Control.Api;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Roles;
using Microsoft.Extensions.Localization;

namespace Doorward.Console.Devices;

/// <summary>Finds devices by name or host name, posture rules and providers by name, and the pages about them.</summary>
internal sealed class DeviceSource(ConsoleApi api, IStringLocalizer<DevicesText> texts) : IPaletteSource
{
    public async Task<IReadOnlyList<PaletteEntry>> FindAsync(string text, MeView me, CancellationToken ct)
    {
        if (text.Length == 0 || !me.May.Contains(ApiAction.View)) return [];
        var pages = new List<PaletteEntry> { new(texts["Page"], texts["Compliance"], DeviceLinks.Compliance), new(texts["Page"], texts["Rules"], DeviceLinks.Rules), new(texts["Page"], texts["ProvidersTab"], DeviceLinks.Providers) };
        if (me.May.Contains(ApiAction.Administer)) pages.AddRange([new(texts["Page"], texts["InviteTitle"], "/new/device"), new(texts["Page"], texts["NewRule"], "/new/posture-rule"), new(texts["Page"], texts["NewProvider"], "/new/posture-provider")]);
        var found = pages.FindAll(page => page.Name.Contains(text, StringComparison.OrdinalIgnoreCase));
        if ((await api.GetAsync<Page<DeviceView>>($"devices?limit=5&search={Uri.EscapeDataString(text)}", ct)).Succeeded(out var devices, out _))
            found.AddRange(devices.Items.Select(device => new PaletteEntry(texts["One"], device.Name, DeviceLinks.Device(device.Id), device.Owner ?? device.HostName)));
        if ((await api.GetAsync<Page<ResourceView>>($"posturerules?limit=5&search={Uri.EscapeDataString(text)}", ct)).Succeeded(out var rules, out _))
            found.AddRange(rules.Items.Select(rule => new PaletteEntry(texts["Rule"], rule.Name, DeviceLinks.Rule(rule.Name))));
        if ((await api.GetAsync<Page<ResourceView>>($"postureproviders?limit=5&search={Uri.EscapeDataString(text)}", ct)).Succeeded(out var providers, out _))
            found.AddRange(providers.Items.Select(provider => new PaletteEntry(texts["ProviderOne"], provider.Name, DeviceLinks.Provider(provider.Name))));
        return found;
    }
}
