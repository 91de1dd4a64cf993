using Bunit;
using Doorward.Console.Tests.Roles;

namespace Doorward.Console.Tests.Sessions;

/// <summary>The page of a session that is not there.</summary>
public sealed class NoSessionTests(RoleGroundFixture fixture) : IClassFixture<RoleGroundFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task It_says_so_and_leads_back_once()
    {
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("ulla"));
        var shown = page.Enter("/sessions/ses_none");
        await shown.WaitForStateAsync(() => shown.Markup.Contains("There is no such session", StringComparison.Ordinal), Patience);
        Assert.Single(shown.FindAll("main a"));
    }
}
