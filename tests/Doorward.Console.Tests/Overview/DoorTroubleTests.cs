using AngleSharp.Dom;
using Bunit;
using Doorward.Console.Overview;
using Doorward.Console.Tests.Roles;
using Doorward.Control.Api;
using Doorward.Control.Api.Endpoints;

namespace Doorward.Console.Tests.Overview;

/// <summary>A number of the overview and the list that it leads to are of the same time.</summary>
public sealed class DoorTroubleTests(RoleGroundFixture fixture) : IClassFixture<RoleGroundFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_list_of_a_door_with_trouble_holds_as_many_as_its_number_says()
    {
        // The last within the same minute as the first moment that counts: a list that begins with that minute would hold it.
        foreach (var ago in new[] { TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(2), TimeSpan.FromMinutes(15).Add(TimeSpan.FromMilliseconds(1)) })
            await fixture.Ground.FailAsync("wiki", ago);
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("ulla"));
        var shown = await page.OpenAsync(typeof(OverviewPage), "/overview");
        await shown.WaitForStateAsync(() => Door(shown) is not null, Patience);
        Assert.Contains("2 times", Door(shown)!.ParentElement!.TextContent, StringComparison.Ordinal);
        var links = shown.FindAll("a[href^='/decisions?decision=none']");
        Assert.Equal(2, links.Count);
        foreach (var link in links)
            Assert.Equal((link.TextContent, 2), (link.TextContent, (await page.Api.GetAsync<Page<DecisionView>>(link.GetAttribute("href")![1..])).Value!.Items.Count));
    }

    private static IElement? Door(IRenderedComponent<Microsoft.AspNetCore.Components.CascadingValue<MeView>> shown) =>
        shown.FindAll("a").FirstOrDefault(static link => link.TextContent == "wiki");
}
