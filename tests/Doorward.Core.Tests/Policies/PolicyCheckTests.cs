using Doorward.Core.Policies;

namespace Doorward.Core.Tests.Policies;

public sealed class PolicyCheckTests
{
    [Theory]
    [InlineData("permit (principal, action == Action::\"raed\", resource);", 1, 20, "There is no action Action::\"raed\".", "Did you mean `read`?")]
    [InlineData("permit (principal is Usr, action, resource);", 1, 9, "There is no entity type Usr.", "Did you mean `User`?")]
    [InlineData("permit (principal, action in Action::\"access\", resource)\nwhen { context.sesion.assurance >= 2 };", 2, 8, "This record has no attribute \"sesion\"", "Did you mean `session`?")]
    [InlineData("permit (principal, action in Action::\"access\", resource)\nwhen { context.session.assurance };", 2, 8, "Expected Bool, but this is of type Long", null)]
    [InlineData("permit (principal, action in Action::\"access\", resource)\nwhen { context.device.compliant };", 2, 8, "The attribute \"device\" is optional and may be missing", "Ask first: context has device && ..")]
    [InlineData("permit (principal, action in Action::\"access\", resource)\nwhen { resource.getTag(\"a\") == \"b\" };", 2, 8, "This tag may be missing", "Ask first: resource.hasTag(\"a\") && ..")]
    [InlineData("permit (principal, action, resource)\nwhen { nonsense };", 2, 8, null, null)]
    public void Says_what_is_wrong_where_and_what_would_help(string cedar, int line, int column, string? message, string? hint)
    {
        var check = PolicyCheck.Of("p", cedar);

        Assert.False(check.IsValid);
        Assert.Equal((line, column), (check.Errors[0].Location.Line, check.Errors[0].Location.Column));
        if (message is not null) Assert.StartsWith(message, check.Errors[0].Message, StringComparison.Ordinal);
        if (hint is not null) Assert.Equal(hint, check.Errors[0].Hint);
    }

    [Fact]
    public void Says_what_was_expected_and_for_which_requests()
    {
        var error = PolicyCheck.Of("p", "permit (principal, action == Action::\"tunnel\", resource) when { context.time };").Errors[0];

        Assert.Equal("Bool", error.Expected);
        Assert.Contains("(for principal User, Action::\"tunnel\", resource Application).", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("permit (principal, action in Action::\"access\", resource) when { context.session.assurance >= 2 && context has device && context.device.compliant };")]
    [InlineData("permit (principal, action, resource) when { resource.hasTag(\"a\") && resource.getTag(\"a\") == \"b\" };")]
    [InlineData("permit (principal, action, resource) when { principal has email && principal.email like \"*@example.org\" };")]
    [InlineData("permit (principal is Anonymous, action == Action::\"read\", resource) when { context has http.path && context.http.path == \"/health\" };")]
    [InlineData("permit (principal, action == Action::\"read\", resource) when { context has http && (context.http.path == \"/health\" || context.http.path like \"/health/*\") };")]
    [InlineData("permit (principal, action, resource) when { context has network && context.network has country && context.network.country == \"DE\" };")]
    [InlineData("forbid (principal, action, resource) unless { context has risk && context.risk.score < 90 };")]
    [InlineData("permit (principal, action == Action::\"connect\", resource);")]
    public void Lets_pass_what_is_right(string cedar)
    {
        var check = PolicyCheck.Of("p", cedar);

        Assert.True(check.IsValid, string.Join('\n', check.Errors));
        Assert.Empty(check.Warnings);
    }

    [Fact]
    public void A_forbid_of_a_path_may_be_published_and_warns_of_what_comes_without_one()
    {
        var check = PolicyCheck.Of("p", "forbid (principal, action in Action::\"access\", resource == Application::\"wiki\")\nwhen { context has http && (context.http.path == \"/admin\" || context.http.path like \"/admin/*\") };");

        Assert.True(check.IsValid, string.Join('\n', check.Errors));
        Assert.StartsWith("It forbids nothing to whoever has no http evidence", Assert.Single(check.Warnings).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("permit (principal, action == Action::\"access\", resource);", "This policy can never apply")]
    [InlineData("permit (principal is Group, action, resource);", "This policy can never apply")]
    [InlineData("permit (principal == User::\"al\\u{430}ice\", action, resource);", "This text is deceptive")]
    [InlineData("forbid (principal, action, resource) when { context has device && !context.device.compliant };", "It forbids nothing to whoever has no device evidence")]
    [InlineData("forbid (principal, action, resource) unless { if context has device then context.device.compliant else true };", "It forbids nothing to whoever has no device evidence")]
    [InlineData("forbid (principal, action, resource) when { principal has email && principal.email like \"*@evil.test\" };", "This forbid does not apply when `principal.email` is missing")]
    public void Warns_once_of_what_is_allowed_but_hardly_meant(string cedar, string warning)
    {
        var check = PolicyCheck.Of("p", cedar);

        Assert.True(check.IsValid, string.Join('\n', check.Errors));
        Assert.StartsWith(warning, Assert.Single(check.Warnings).Message, StringComparison.Ordinal);
    }
}
