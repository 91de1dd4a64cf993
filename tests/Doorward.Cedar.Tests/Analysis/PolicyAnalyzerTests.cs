using Doorward.Cedar.Analysis;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Tests.Schemas;

namespace Doorward.Cedar.Tests.Analysis;

public sealed class PolicyAnalyzerTests
{
    private static readonly Schema Schema = TestSchema.Parse("""
        entity Group;
        entity User in [Group] { age: Long };
        entity Robot;
        entity Application { public: Bool };
        action access;
        action read in [access] appliesTo { principal: [User, Robot], resource: Application, context: { level: Long, mfa: Bool, device?: { compliant: Bool } } };
        action clean appliesTo { principal: Robot, resource: Application, context: { level: Long, mfa: Bool } };
        """);

    [Theory]
    [InlineData("permit (principal is User, action == Action::\"clean\", resource);", "no action applies", "permit (principal is User")]
    [InlineData("permit (principal, action, resource is Group);", "no action applies", "permit")]
    [InlineData("permit (principal, action, resource) when { principal in resource };", "`principal in resource` is never so", "principal in resource")]
    [InlineData("permit (principal is User, action, resource) when { context.mfa && principal is Robot };", "`principal is Robot` is never so", "principal is Robot")]
    [InlineData("permit (principal == User::\"alice\", action, resource) when { principal == User::\"bob\" };", "`principal == User::\"bob\"` is never so", "principal == User::\"bob\" }")]
    [InlineData("permit (principal, action, resource) when { context.mfa } unless { context.mfa };", "demands `context.mfa` and `!(context.mfa)`", "context.mfa };")]
    [InlineData("permit (principal in Group::\"a\", action, resource) unless { principal in Group::\"a\" };", "which are never so together", "principal in Group::\"a\" };")]
    [InlineData("permit (principal, action, resource) when { context.level > 5 && context.level < 3 };", "demands `context.level > 5` and `context.level < 3`", "context.level < 3")]
    [InlineData("permit (principal, action, resource) when { context.level > 5 && 6 > context.level };", "never so together", "6 > context.level")]
    [InlineData("permit (principal, action, resource) when { context.level == 1 } unless { context.level < 2 };", "never so together", "context.level < 2")]
    [InlineData("permit (principal is User, action, resource) when { principal == User::\"a\" && principal == User::\"b\" };", "never", "principal == User::\"b\"")]
    [InlineData("forbid (principal, action, resource) when { context.mfa && !context.mfa };", "This forbid can never apply", "context.mfa }")]
    public void A_policy_that_no_request_satisfies_is_named_with_place_and_reason(string text, string reason, string place)
    {
        var finding = Assert.Single(Analyze(text));

        Assert.Equal(("policy0", AnalysisKind.NeverApplies), (finding.PolicyId, finding.Kind));
        Assert.Contains(reason, finding.Message, StringComparison.Ordinal);
        Assert.StartsWith(place, text[finding.Location.Start..], StringComparison.Ordinal);
    }

    [Theory]
    // The forbid covers the scope, and has no condition or one that follows.
    [InlineData("permit (principal in Group::\"a\", action, resource) when { context.mfa };", "forbid (principal, action, resource);")]
    [InlineData("permit (principal in Group::\"a\", action == Action::\"read\", resource == Application::\"wiki\");", "forbid (principal in Group::\"a\", action in Action::\"access\", resource == Application::\"wiki\");")]
    [InlineData("permit (principal == User::\"alice\", action, resource);", "forbid (principal == User::\"alice\", action, resource is Application);")]
    [InlineData("permit (principal is User in Group::\"a\", action, resource);", "forbid (principal in Group::\"a\", action, resource);")]
    [InlineData("permit (principal is User, action, resource);", "forbid (principal, action, resource) unless { principal is Robot };")]
    [InlineData("permit (principal, action, resource) when { context.mfa && context.level > 5 };", "forbid (principal, action, resource) when { context.level >= 3 } when { context.mfa };")]
    [InlineData("permit (principal, action, resource) unless { context.mfa || context.level == 2 };", "forbid (principal, action, resource) unless { context.mfa };")]
    public void A_permit_that_a_forbid_always_overrules_is_named_with_the_forbid(string permit, string forbid)
    {
        var finding = Assert.Single(Analyze(permit, forbid));

        Assert.Equal(("policy0", AnalysisKind.AlwaysOverruled), (finding.PolicyId, finding.Kind));
        Assert.Equal(["policy1"], finding.Others);
        Assert.Contains("policy1", finding.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Two_forbids_can_overrule_a_permit_together()
    {
        var finding = Assert.Single(Analyze(
            "permit (principal, action, resource);", "forbid (principal is User, action, resource);", "forbid (principal is Robot, action, resource);"));

        Assert.Equal(["policy2", "policy1"], finding.Others.OrderDescending(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("permit (principal, action, resource);", "forbid (principal in Group::\"a\", action, resource);")]
    [InlineData("permit (principal in Group::\"b\", action, resource);", "forbid (principal in Group::\"a\", action, resource);")]
    [InlineData("permit (principal, action, resource);", "forbid (principal is User, action, resource);")]
    [InlineData("permit (principal, action, resource);", "forbid (principal, action == Action::\"read\", resource);")]
    [InlineData("permit (principal, action, resource) when { context.level > 2 };", "forbid (principal, action, resource) when { context.level > 3 };")]
    [InlineData("permit (principal, action, resource) when { context.mfa || context.level > 2 };", "forbid (principal, action, resource) when { context.mfa };")]
    // It may fail, and then it does not forbid.
    [InlineData("permit (principal, action, resource);", "forbid (principal, action, resource) when { context.level + 1 == context.level + 1 };")]
    [InlineData("permit (principal, action, resource) when { context.level > 5 && context.level < 7 };", "forbid (principal, action, resource) when { context.mfa };")]
    [InlineData("permit (principal, action, resource) when { principal == User::\"a\" || principal == User::\"b\" };", "forbid (principal, action, resource) when { context.mfa };")]
    // Where an error denies, this forbid may: it reads what may be missing.
    [InlineData("permit (principal is User, action, resource);", "forbid (principal is User, action == Action::\"read\", resource) when { context.device.compliant && principal is Robot };")]
    public void What_may_matter_is_not_named(params string[] policies) => Assert.Empty(Analyze(policies));

    private static IReadOnlyList<AnalysisFinding> Analyze(params string[] policies) => new PolicyAnalyzer(Schema).Analyze(TestPolicy.Set(policies));
}
