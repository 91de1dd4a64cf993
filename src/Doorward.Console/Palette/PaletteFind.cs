using Doorward.Console.Calls;
using Doorward.Control.Api;
using Doorward.Control.Api.Endpoints;
using Doorward.Control.Roles;
using Microsoft.Extensions.Localization;

namespace Doorward.Console.Palette;

/// <summary>One way in which an <see cref="AreaSource"/> finds something.</summary>
internal abstract record PaletteFind
{
    public abstract Task<IEnumerable<PaletteEntry>> FindAsync(string text, MeView me, ConsoleApi api, IStringLocalizer texts, CancellationToken ct);

    /// <summary>Things of a list of the API, as it finds them by a text.</summary>
    /// <param name="Path">With a query already, that says how many are enough.</param>
    public sealed record Listed<T>(string Path, Func<T, IStringLocalizer, PaletteEntry> Entry) : PaletteFind
    {
        public override async Task<IEnumerable<PaletteEntry>> FindAsync(string text, MeView me, ConsoleApi api, IStringLocalizer texts, CancellationToken ct) =>
            (await api.GetAsync<Page<T>>($"{Path}&search={Uri.EscapeDataString(text)}", ct)).Succeeded(out var page, out _) ? page.Items.Select(item => Entry(item, texts)) : [];
    }

    /// <summary>A page or an act, by its name.</summary>
    /// <param name="Kind">The key of the text that says what it is.</param>
    /// <param name="Name">The key of its name.</param>
    public sealed record Named(string Kind, string Name, string Href, ApiAction Required = ApiAction.View) : PaletteFind
    {
        public override Task<IEnumerable<PaletteEntry>> FindAsync(string text, MeView me, ConsoleApi api, IStringLocalizer texts, CancellationToken ct) => Task.FromResult<IEnumerable<PaletteEntry>>(
            me.May.Contains(Required) && texts[Name].Value.Contains(text, StringComparison.OrdinalIgnoreCase) ? [new PaletteEntry(texts[Kind], texts[Name], Href)] : []);
    }
}
