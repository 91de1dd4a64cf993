using Doorward.Cedar.Validation;
using Doorward.Control.Roles;

namespace Doorward.Control.Tests.Roles;

public sealed class RolePoliciesTests
{
    private static readonly ApiTarget Person = new("bob", ["engineering"]);
    private readonly RolePolicies _roles = new();

    [Theory]
    [InlineData("administrators", "View,Audit,EndSessions,CutGrant,Invite,Administer")]
    [InlineData("auditors", "View,Audit")]
    [InlineData("helpdesk", "View,EndSessions,CutGrant,Invite")]
    [InlineData("engineering", "")]
    public void A_role_may_do_what_it_is_for_and_nothing_else(string group, string allowed)
    {
        var actions = Enum.GetValues<ApiAction>().Where(action => _roles.Allows(Member(group), action, action.IsSupport() ? Person : null));
        Assert.Equal(allowed, string.Join(',', actions));
    }

    [Theory]
    [InlineData("administrators")]
    [InlineData("auditors")]
    [InlineData("helpdesk")]
    public void The_help_desk_leaves_people_with_roles_alone(string group)
    {
        var target = new ApiTarget("root", [group]);
        Assert.False(_roles.Allows(Member("helpdesk"), ApiAction.Invite, target));
        Assert.False(_roles.Allows(Member("helpdesk"), ApiAction.EndSessions, target));
        Assert.True(_roles.Allows(Member("administrators"), ApiAction.Invite, target));
        Assert.True(_roles.Allows(ApiPrincipal.Local, ApiAction.Invite, target));
        Assert.True(_roles.Allows(Member("helpdesk"), ApiAction.Invite, Person));
    }

    [Fact]
    public void The_help_desk_cannot_help_itself_nor_everybody_at_once()
    {
        Assert.False(_roles.Allows(Member("helpdesk"), ApiAction.Invite, new ApiTarget("carol", ["helpdesk"])));
        Assert.False(_roles.Allows(Member("helpdesk"), ApiAction.EndSessions));
    }

    [Fact]
    public void A_password_alone_opens_nothing()
    {
        var weak = Member("administrators") with { Assurance = 1 };
        Assert.All(Enum.GetValues<ApiAction>(), action => Assert.False(_roles.Allows(weak, action)));
        Assert.True(_roles.Allows(weak with { Token = true }, ApiAction.Administer));
    }

    [Fact]
    public void A_user_named_local_is_not_the_owner_of_the_machine() =>
        Assert.False(_roles.Allows(new ApiPrincipal { Type = "User", Name = "local", Assurance = 3 }, ApiAction.View));

    [Fact]
    public void The_owner_of_the_machine_may_do_everything() =>
        Assert.All(Enum.GetValues<ApiAction>(), action => Assert.True(_roles.Allows(ApiPrincipal.Local, action)));

    [Fact]
    public void Every_call_agrees_with_the_schema_of_the_roles()
    {
        ApiPrincipal[] callers = [ApiPrincipal.Local, Member("helpdesk"), new() { Type = "Service", Name = "ci", Groups = ["auditors"], Token = true }];
        foreach (var (caller, action, target) in callers.SelectMany(static caller => Enum.GetValues<ApiAction>().SelectMany(action => ((ApiTarget?[])[null, Person]).Select(target => (caller, action, target)))))
        {
            var (request, entities) = RolePolicies.Question(caller, action, target);
            Assert.Empty(RequestValidator.Validate(RolePolicies.Schema, request));
            Assert.Empty(RequestValidator.Validate(RolePolicies.Schema, entities.Entities));
        }
    }

    private static ApiPrincipal Member(string group) => new() { Type = "User", Name = "carol", Groups = [group], Assurance = 2 };
}
