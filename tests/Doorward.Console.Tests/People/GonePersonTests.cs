using System.Text.Json.Nodes;
using Bunit;
using Doorward.Console.Tests.Roles;

namespace Doorward.Console.Tests.People;

/// <summary>Somebody else deletes the account that one looks at.</summary>
public sealed class GonePersonTests(RoleGroundFixture fixture) : IClassFixture<RoleGroundFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Nothing_is_offered_any_more_for_an_account_that_is_gone()
    {
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam"));
        Assert.Null((await page.Api.PutAsync<JsonNode>("users/leaver", new { spec = new { } })).Problem);
        var shown = page.Enter("/people/leaver");
        await shown.WaitForStateAsync(() => Heads(shown).Contains("Disable"), Patience);
        Assert.Null((await page.Api.DeleteAsync("users/leaver")).Problem);
        await shown.FindAll(".page-head button").Single(static button => button.TextContent == "Disable").ClickAsync(new());
        await shown.WaitForStateAsync(() => shown.Markup.Contains("There is no such account", StringComparison.Ordinal), Patience);
        Assert.Empty(Heads(shown));
    }

    private static string[] Heads(IRenderedComponent<Doorward.Console.Shell.Routes> shown) => [.. shown.FindAll(".page-head button").Select(static button => button.TextContent)];
}
