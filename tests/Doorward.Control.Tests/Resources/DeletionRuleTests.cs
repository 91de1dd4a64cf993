using Doorward.Control.Resources;
using Doorward.Control.Resources.Editing;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Tests.Resources;

/// <summary>What may be deleted beneath whom.</summary>
public sealed class DeletionRuleTests
{
    [Theory]
    [InlineData("Group", "administrators")]
    [InlineData("Application", "console")]
    [InlineData("Policy", "console-roles")]
    public async Task What_belongs_to_Doorward_itself_stays(string kind, string name)
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        Assert.IsType<EditResult.Refused>(await fixture.DeleteAsync(kind, name));
        if (kind != "Group") Assert.IsType<EditResult.Refused>(await fixture.PutAsync(kind, name, "{}"));
    }

    [Fact]
    public async Task A_group_in_use_is_not_deleted_under_its_holder()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync("""{"kind":"Group","name":"outer","spec":{"groups":["inner"]}},{"kind":"Group","name":"inner","spec":{}}""");
        Assert.Equal("outer", Assert.IsType<EditResult.Refused>(await fixture.DeleteAsync("Group", "inner")).Errors[0].Name);
        Assert.IsType<EditResult.Done>(await fixture.DeleteAsync("Group", "outer"));
        Assert.IsType<EditResult.Done>(await fixture.DeleteAsync("Group", "inner"));
    }

    [Theory]
    [InlineData("Group", "engineering", "forbid (principal, action, resource) unless { principal in Group::\\\"engineering\\\" };")]
    [InlineData("Group", "engineering", "permit (principal in Group::\\\"engineering\\\", action, resource);")]
    [InlineData("Network", "office", "forbid (principal, action, resource) unless { context has network && context.network.names.contains(\\\"office\\\") };")]
    public async Task What_a_policy_names_is_not_deleted_under_it_unless_that_is_meant(string kind, string name, string cedar)
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync($$$"""
            {"kind":"User","name":"alice","spec":{}},{"kind":"Group","name":"engineering","spec":{"members":["alice"]}},
            {"kind":"Network","name":"office","spec":{"ranges":["10.0.0.0/8"]}},{"kind":"Policy","name":"p","spec":{"cedar":"{{{cedar}}}"}}
            """);

        var refused = Assert.IsType<EditResult.Refused>(await fixture.DeleteAsync(kind, name)).Errors[0];
        Assert.Equal((kind, name, "policy p names it"), (refused.Kind, refused.Name, refused.Message));
        var pruned = Assert.IsType<EditResult.Refused>(await fixture.ApplyAsync(
            $$$"""{"kind":"User","name":"alice","spec":{}},{"kind":"Policy","name":"p","spec":{"cedar":"{{{cedar}}}"}}""", new ApplyOptions(Prune: true)));
        Assert.Equal("policy p names it", pruned.Errors[0].Message);
        Assert.NotNull(await fixture.SpecAsync(kind, name));

        var forced = Assert.IsType<EditResult.Done>(await fixture.DeleteAsync(kind, name, force: true));
        Assert.Equal("policy p names it still", Assert.Single(forced.Warnings).Message);
        Assert.Null(await fixture.SpecAsync(kind, name));
    }

    [Fact]
    public async Task What_no_policy_names_is_deleted_without_a_word_and_all_that_names_it_may_go_with_it()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync(ResourceFixture.World);

        Assert.Empty(Assert.IsType<EditResult.Done>(await fixture.DeleteAsync("Network", "office")).Warnings);
        var pruned = await fixture.ApplyGoodAsync("""{"kind":"User","name":"alice","spec":{"email":"alice@example.test"}}""", new ApplyOptions(Prune: true));
        Assert.Contains(pruned.Changes, change => change is { Name: "engineering", Change: ChangeWord.Deleted });
    }

    [Theory]
    [InlineData("Application", "wiki")]
    [InlineData("User", "alice")]
    public async Task A_door_or_a_person_goes_at_once_and_what_names_it_is_said(string kind, string name)
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync(ResourceFixture.World + """,{"kind":"Policy","name":"hers","spec":{"cedar":"permit (principal == User::\"alice\", action, resource == Application::\"wiki\");"}}""");

        var warning = Assert.Single(Assert.IsType<EditResult.Done>(await fixture.DeleteAsync(kind, name)).Warnings);

        Assert.StartsWith("polic", warning.Message, StringComparison.Ordinal);
        Assert.Contains("hers", warning.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_user_leaves_groups_and_sessions_and_the_name_is_never_given_again()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync(ResourceFixture.World);
        await using (var db = fixture.Open())
        {
            var alice = await db.Users.SingleAsync(u => u.UserName == "alice");
            await fixture.Installation.SignInAsync(alice);
        }

        Assert.IsType<EditResult.Done>(await fixture.DeleteAsync("User", "alice"));
        Assert.Equal("""{"members":[],"groups":[]}""", await fixture.SpecAsync("Group", "engineering"));
        await using (var db = fixture.Open()) Assert.NotNull((await db.Sessions.SingleAsync()).Ended);
        var again = Assert.IsType<EditResult.Refused>(await fixture.PutAsync("User", "alice", "{}"));
        Assert.Contains("never given again", again.Errors[0].Message, StringComparison.Ordinal);
    }
}
