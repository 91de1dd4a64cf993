using System.Text.Json.Nodes;
using Bunit;
using Doorward.Console.People;
using Doorward.Console.Tests.Roles;

namespace Doorward.Console.Tests.People;

/// <summary>An invitation link is offered to whoever would get one, and to nobody whom the service refuses.</summary>
public sealed class InvitingTests(RoleGroundFixture fixture) : IClassFixture<RoleGroundFixture>
{
    private const string Invite = "Make an invitation link";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("holly", "bob", true)]
    [InlineData("holly", "adam", false)]
    [InlineData("holly", "ulla", false)]
    [InlineData("holly", "holly", false)]
    [InlineData("holly", "ci", false)]
    [InlineData("ulla", "bob", false)]
    [InlineData("adam", "ulla", true)]
    [InlineData("adam", "ci", false)]
    public async Task What_is_offered_is_what_the_service_does(string who, string whom, bool offered)
    {
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync(who));
        var shown = await page.OpenAsync(typeof(PersonPage), $"/people/{whom}");
        await shown.WaitForStateAsync(() => shown.Markup.Contains("Groups", StringComparison.Ordinal), Patience);
        Assert.Equal(offered, RolePage.Offers(shown, Invite));
        Assert.Equal(offered, (await page.Api.PostAsync<JsonNode>($"users/{whom}/invitation")).Problem is null);
    }
}
