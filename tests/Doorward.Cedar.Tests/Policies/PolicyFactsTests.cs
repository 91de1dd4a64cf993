namespace Doorward.Cedar.Tests.Policies;

public sealed class PolicyFactsTests
{
    [Theory]
    [InlineData("true", new string[0])]
    [InlineData("principal.time && resource.context", new string[0])]
    [InlineData("context.session.assurance >= 2", new[] { "context.session.assurance" })]
    [InlineData("context has device && context.device.compliant", new[] { "context.device", "context.device.compliant" })]
    [InlineData("context has device.compliant", new[] { "context.device.compliant" })]
    [InlineData("context.http[\"a b\"].c like \"*\"", new[] { "context.http[\"a b\"].c" })]
    [InlineData("context == {}", new[] { "context" })]
    [InlineData("(if context.a then context else context.b).time", new[] { "context", "context.a", "context.b" })]
    [InlineData("[context.a.contains({x: context.b, y: -(context.c) + context.d})].isEmpty()", new[] { "context.a", "context.b", "context.c", "context.d" })]
    public void Tells_which_paths_of_the_context_occur(string condition, string[] expected)
    {
        var policy = TestPolicy.Parse($"permit (principal, action, resource) unless {{ {condition} }};");

        Assert.Equal(expected, policy.ContextPaths.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("context.session.assurance", "context.session", true)]
    [InlineData("context.session", "context.session.age", true)]
    [InlineData("context == {}", "context.time", true)]
    [InlineData("context.sessions", "context.session", false)]
    [InlineData("context.session.assurance", "context.session.age", false)]
    public void Tells_whether_a_policy_may_read_a_value(string condition, string path, bool expected) =>
        Assert.Equal(expected, TestPolicy.Parse($"permit (principal, action, resource) when {{ {condition} }};").Facts.Reads(path));
}
