using System.Text.Json;
using Bunit;
using Doorward.Console.Palette;
using Doorward.Console.Tests.Roles;
using Doorward.Control.Api.Endpoints;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Console.Tests.Shell;

/// <summary>Where somebody is, and finding what they look for.</summary>
public sealed class FindingTests(RoleGroundFixture fixture) : IClassFixture<RoleGroundFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("/new-policy", "/policies")]
    [InlineData("/what-if", "/policies")]
    [InlineData("/groups/staff", "/people")]
    [InlineData("/new/application", "/applications")]
    [InlineData("/policies/wiki-for-staff", "/policies")]
    public async Task A_page_is_marked_in_the_menu_where_it_belongs(string address, string place)
    {
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam"));
        var shown = page.Enter(address);
        await shown.WaitForStateAsync(() => shown.FindAll("#places a[aria-current=page]").Count > 0, Patience);
        Assert.Equal([place], shown.FindAll("#places a[aria-current=page]").Select(static link => link.GetAttribute("href")));
    }

    [Fact]
    public async Task What_is_called_so_stands_before_what_has_it_in_a_label()
    {
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam"));
        ConsoleEndpoints.AddPalette(page.Services);
        await PutAsync(page, "alpha", "bravo");
        await PutAsync(page, "bravo", "red");
        var shown = page.Enter("/what-if");
        await shown.WaitForStateAsync(() => shown.FindAll("#palette-open").Count > 0, Patience);
        await shown.Find("#palette-open").ClickAsync(new());
        await shown.Find("dialog.palette input").InputAsync(new() { Value = "brav" });
        await shown.WaitForStateAsync(() => shown.FindAll("#palette-found li").Count == 2, Patience);
        Assert.Equal(["bravo", "alpha"], shown.FindAll("#palette-found li").Select(static entry => entry.Children[0].TextContent));
    }

    [Theory]
    [InlineData("adam", "a private", "/new/private-application")]
    [InlineData("adam", "machine-ro", "/connectors/machine-room")]
    [InlineData("adam", "new pol", "/new-policy")]
    [InlineData("adam", "new per", "/new/person")]
    [InlineData("ulla", "machine-ro", "/connectors/machine-room")]
    [InlineData("ulla", "new p", null)]
    [InlineData("ulla", "a private", null)]
    public async Task What_can_be_made_is_found_by_who_may_make_it_and_connectors_by_who_may_see(string who, string typed, string? address)
    {
        await using (var owner = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam")))
        {
            owner.Enter("/what-if");
            Assert.Null((await owner.Api.PutAsync<JsonElement>("connectors/machine-room", new ResourceBody(JsonSerializer.SerializeToElement(new { })))).Problem);
        }

        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync(who));
        ConsoleEndpoints.AddPalette(page.Services);
        var shown = page.Enter("/what-if");
        await shown.WaitForStateAsync(() => shown.FindAll("#palette-open").Count > 0, Patience);
        await shown.Find("dialog.palette input").InputAsync(new() { Value = typed });
        await shown.Find("dialog.palette input").KeyDownAsync(new KeyboardEventArgs { Key = "Enter" });
        Assert.EndsWith(address ?? "/what-if", page.Services.GetRequiredService<NavigationManager>().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enter_goes_to_what_was_typed_however_long_the_search_for_it_takes()
    {
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam"));
        var slow = new SlowSource();
        page.Services.AddScoped<IPaletteSource, PlaceSource>().AddScoped<IPaletteSource>(_ => slow);
        var address = page.Services.GetRequiredService<NavigationManager>;
        var shown = page.Enter("/what-if");
        await shown.WaitForStateAsync(() => shown.FindAll("#palette-open").Count > 0, Patience);
        await shown.Find("dialog.palette input").InputAsync(new() { Value = "" });
        await shown.WaitForStateAsync(() => shown.FindAll("#palette-found li").Count > 1, Patience);
        var typing = shown.Find("dialog.palette input").InputAsync(new() { Value = "e" });
        var pressing = shown.Find("dialog.palette input").KeyDownAsync(new KeyboardEventArgs { Key = "Enter" });
        Assert.EndsWith("/what-if", address().Uri, StringComparison.Ordinal);
        slow.Answer.SetResult();
        await Task.WhenAll(typing, pressing);
        Assert.EndsWith("/policies", address().Uri, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_that_is_refused_says_so_and_shows_no_list_as_of_long_ago()
    {
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam"));
        var shown = page.Enter("/people?search=bob");
        await shown.WaitForStateAsync(() => shown.FindAll("a[href='/people/bob']").Count > 0, Patience);
        await page.GoAsync(shown, "/people?search=" + new string('a', 3_000));
        await shown.WaitForStateAsync(() => shown.FindAll("main [role=alert]").Count > 0, Patience);
        Assert.DoesNotContain("0001-01-01", shown.Markup, StringComparison.Ordinal);
        Assert.Empty(shown.FindAll("a[href='/people/bob'], main .stale"));
    }

    [Fact]
    public async Task The_wizard_says_all_that_is_missing_at_once_and_goes_to_the_first_field_of_it()
    {
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam"));
        var shown = page.Enter("/new/application");
        await shown.WaitForStateAsync(() => shown.FindAll("#upstream").Count > 0, Patience);
        await shown.Find("#name").InputAsync(new() { Value = "new-door" });
        await shown.Find("main form").SubmitAsync();
        await shown.WaitForStateAsync(() => shown.FindAll("main [role=alert] li").Count == 2, Patience);
        Assert.Equal(["upstream", "group"], shown.FindAll("main [aria-invalid=true]").Select(static field => field.Id));
        Assert.Equal("upstream", page.JSInterop.Invocations["doorward.focus"][^1].Arguments[0]);

        // What only the service knows is found at its field, too.
        await shown.Find("#upstream").InputAsync(new() { Value = "gopher://127.0.0.1" });
        await shown.Find("#group").InputAsync(new() { Value = "new-group" });
        await shown.Find("main form").SubmitAsync();
        await shown.WaitForStateAsync(() => shown.FindAll("main [aria-invalid=true]").Select(static field => field.Id).SequenceEqual(["upstream"]), Patience);
    }

    private static async Task PutAsync(RolePage page, string name, string label) =>
        Assert.Null((await page.Api.PutAsync<JsonElement>($"applications/{name}", new ResourceBody(JsonSerializer.SerializeToElement(
            new { hosts = new[] { $"{name}.doorward.localhost" }, upstream = "http://127.0.0.1:9", labels = new { team = label } })))).Problem);

    private sealed class SlowSource : IPaletteSource
    {
        public TaskCompletionSource Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public async Task<IReadOnlyList<PaletteEntry>> FindAsync(string text, MeView me, CancellationToken ct)
        {
            if (text.Length == 0) return [];
            await Answer.Task.WaitAsync(ct);
            return [new PaletteEntry("Page", "e, as it was typed", "/policies")];
        }
    }
}
