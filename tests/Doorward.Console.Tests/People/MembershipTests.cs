using Bunit;
using Doorward.Console.Shell;
using Doorward.Console.Tests.Roles;
using Doorward.Control.Api.Endpoints;

namespace Doorward.Console.Tests.People;

/// <summary>Joining and leaving groups, from the group's page and from the person's.</summary>
public sealed class MembershipTests(RoleGroundFixture fixture) : IClassFixture<RoleGroundFixture>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Leaving_a_role_oneself_is_not_done_before_it_was_said_what_is_lost()
    {
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam"));
        var shown = page.Enter("/groups/administrators");
        await shown.WaitForStateAsync(() => shown.FindAll("#member").Count > 0, Patience);

        await using var other = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam2"));

        // Somebody else joins at one press: the twin.
        await shown.Find("#member").InputAsync(new() { Value = "paul" });
        await shown.Find("main form.inline").SubmitAsync();
        await shown.WaitForStateAsync(() => shown.FindAll("[aria-label='Remove paul']").Count > 0, Patience);
        Assert.DoesNotContain("This is you.", shown.Markup, StringComparison.Ordinal);

        await shown.Find("[aria-label='Remove adam']").ClickAsync(new());
        await shown.WaitForStateAsync(() => shown.Markup.Contains("This is you.", StringComparison.Ordinal), Patience);
        Assert.Contains("You can change nothing in this console any more", shown.Markup, StringComparison.Ordinal);
        await shown.FindAll("dialog.ask form").Single().SubmitAsync();
        Assert.Contains("adam", await MembersAsync(page, "administrators"));

        await shown.Find("dialog.ask input").InputAsync(new() { Value = "I change teams" });
        await shown.Find("dialog.ask form").SubmitAsync();
        Assert.DoesNotContain("adam", await MembersAsync(other, "administrators"));
    }

    [Fact]
    public async Task A_person_joins_and_leaves_a_group_from_their_own_page_and_an_empty_field_says_what_it_wants()
    {
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam2"));
        var shown = page.Enter("/people/ulla");
        await shown.WaitForStateAsync(() => shown.FindAll("#join").Count > 0, Patience);
        await JoinAsync(shown, "");
        Assert.Equal("true", shown.Find("#join").GetAttribute("aria-invalid"));
        Assert.Contains("Write the name of a group.", shown.Markup, StringComparison.Ordinal);
        await JoinAsync(shown, "nowhere");
        await shown.WaitForStateAsync(() => shown.FindAll("[role=alert]").Count > 0, Patience);
        await JoinAsync(shown, "staff");
        await shown.WaitForStateAsync(() => shown.FindAll("a[href='/groups/staff']").Count > 0, Patience);
        Assert.Contains("ulla", await MembersAsync(page, "staff"));
        await shown.WaitForStateAsync(() => shown.FindAll("a[href='/policies/wiki-for-staff']").Count > 0, Patience);
        await shown.Find("[aria-label='Remove from staff']").ClickAsync(new());
        await shown.WaitForStateAsync(() => shown.FindAll("a[href='/groups/staff']").Count == 0, Patience);
        Assert.DoesNotContain("ulla", await MembersAsync(page, "staff"));
    }

    [Fact]
    public async Task Adding_nobody_to_a_group_says_what_is_missing()
    {
        await using var page = new RolePage(fixture.Ground, await fixture.Ground.SignInAsync("adam2"));
        var shown = page.Enter("/groups/staff");
        await shown.WaitForStateAsync(() => shown.FindAll("#member").Count > 0, Patience);
        await shown.Find("main form.inline").SubmitAsync();
        Assert.Contains("Write the name of a person.", shown.Markup, StringComparison.Ordinal);
        Assert.Empty(shown.FindAll("#search"));
    }

    private static async Task JoinAsync(IRenderedComponent<Routes> shown, string group)
    {
        await shown.Find("#join").InputAsync(new() { Value = group });
        await shown.Find("form.inline:has(#join)").SubmitAsync();
    }

    private static async Task<IEnumerable<string>> MembersAsync(RolePage page, string group) =>
        (await page.Api.GetAsync<ResourceView>($"groups/{group}")).Value!.Spec["members"]!.AsArray().Select(static member => member!.GetValue<string>());
}
