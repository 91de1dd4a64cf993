using Bunit;
using Doorward.Console.Tests.Roles;

namespace Doorward.Console.Tests.Policies;

/// <summary>A policy that is about to be published.</summary>
public sealed class PublishTests(RoleGroundFixture fixture) : IClassFixture<RoleGroundFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Whom_it_would_let_in_or_keep_out_is_said_before_it_is_agreed_to_without_being_asked()
    {
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam"));
        page.Editor.Setup<string>("getText").SetResult("forbid (principal in Group::\"nobody\", action, resource);");
        var shown = page.Enter("/policies/wiki-for-staff");
        await shown.WaitForStateAsync(() => shown.FindAll(".page-head button").Any(static button => button.TextContent == "Publish"), Patience);
        await shown.FindAll(".page-head button").Single(static button => button.TextContent == "Publish").ClickAsync(new());
        await shown.WaitForStateAsync(() => shown.FindAll("dialog.ask form").Count == 1, Patience);
        await shown.WaitForStateAsync(() => shown.FindAll("dialog.ask [role=status]").Any(static said => said.TextContent.Contains("no recorded decisions to compare with", StringComparison.Ordinal)), Patience);
    }
}
