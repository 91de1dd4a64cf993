namespace Doorward.Cedar.Tests.Authorization;

public sealed class AuthorizerTests
{
    private const string PermitAll = "permit (principal, action, resource);";
    private const string ForbidAll = "forbid (principal, action, resource);";
    private const string PermitNone = "permit (principal == User::\"nobody\", action, resource);";
    private const string ErringPermit = "permit (principal, action, resource) when { context.none };";
    private const string ErringForbid = "forbid (principal, action, resource) when { context.none };";
    private const string ErringForbidOfOthers = "forbid (principal == User::\"nobody\", action, resource) when { context.none };";

    [Fact]
    public void The_zero_value_of_a_decision_denies() => Assert.Equal(Decision.Deny, default);

    [Fact]
    public void Without_a_permit_the_answer_is_no()
    {
        Check(Decide(), Decision.Deny, [], []);
        Check(Decide(PermitNone), Decision.Deny, [], []);
    }

    [Fact]
    public void Satisfied_permits_allow_and_are_the_reasons() =>
        Check(Decide(PermitAll, PermitNone, PermitAll), Decision.Allow, ["policy0", "policy2"], []);

    [Fact]
    public void One_forbid_outweighs_all_permits_and_all_forbids_are_the_reasons() =>
        Check(Decide(PermitAll, ForbidAll, PermitAll, ForbidAll), Decision.Deny, ["policy1", "policy3"], []);

    [Fact]
    public void A_permit_that_errors_never_allows_and_is_reported() =>
        Check(Decide(ErringPermit), Decision.Deny, [], ["policy0"]);

    [Fact]
    public void A_forbid_that_errors_is_skipped_as_cedar_says() =>
        Check(Decide(PermitAll, ErringForbid), Decision.Allow, ["policy0"], ["policy1"]);

    [Fact]
    public void A_forbid_that_errors_denies_when_asked_to() =>
        Check(Decide(new AuthorizerOptions { DenyOnError = true }, PermitAll, ErringForbid), Decision.Deny, ["policy1"], ["policy1"]);

    [Fact]
    public void A_forbid_out_of_scope_does_not_deny_by_error() =>
        Check(Decide(new AuthorizerOptions { DenyOnError = true }, PermitAll, ErringForbidOfOthers), Decision.Allow, ["policy0"], []);

    [Fact]
    public void A_permit_that_errors_does_not_deny_what_another_permits() =>
        Check(Decide(new AuthorizerOptions { DenyOnError = true }, PermitAll, ErringPermit), Decision.Allow, ["policy0"], ["policy1"]);

    [Fact]
    public void Conditions_behind_the_first_that_fails_are_not_evaluated() =>
        Check(Decide("permit (principal, action, resource) when { false } when { context.none };"), Decision.Deny, [], []);

    [Theory]
    [InlineData("permit (principal == User::\"alice\", action == Action::\"read\", resource == Application::\"wiki\");", PolicyOutcomeKind.Satisfied)]
    [InlineData("permit (principal == User::\"bob\", action, resource);", PolicyOutcomeKind.OutOfScope)]
    [InlineData("permit (principal is User, action, resource is Application);", PolicyOutcomeKind.Satisfied)]
    [InlineData("permit (principal is Device, action, resource);", PolicyOutcomeKind.OutOfScope)]
    [InlineData("permit (principal in Group::\"staff\", action in Action::\"access\", resource in Label::\"internal\");", PolicyOutcomeKind.Satisfied)]
    [InlineData("permit (principal in Group::\"others\", action, resource);", PolicyOutcomeKind.OutOfScope)]
    [InlineData("permit (principal is User in Group::\"staff\", action, resource);", PolicyOutcomeKind.Satisfied)]
    [InlineData("permit (principal is Device in Group::\"staff\", action, resource);", PolicyOutcomeKind.OutOfScope)]
    [InlineData("permit (principal is User in Group::\"others\", action, resource);", PolicyOutcomeKind.OutOfScope)]
    [InlineData("permit (principal, action in [Action::\"write\", Action::\"access\"], resource);", PolicyOutcomeKind.Satisfied)]
    [InlineData("permit (principal, action in [Action::\"write\"], resource);", PolicyOutcomeKind.OutOfScope)]
    [InlineData("permit (principal, action in [], resource);", PolicyOutcomeKind.OutOfScope)]
    [InlineData("permit (principal, action == Action::\"access\", resource);", PolicyOutcomeKind.OutOfScope)]
    [InlineData("permit (principal, action, resource) when { false };", PolicyOutcomeKind.NotSatisfied)]
    [InlineData("permit (principal, action, resource) unless { true };", PolicyOutcomeKind.NotSatisfied)]
    [InlineData("permit (principal, action, resource) unless { false } when { true };", PolicyOutcomeKind.Satisfied)]
    [InlineData("permit (principal, action, resource) unless { 1 };", PolicyOutcomeKind.Error)]
    public void One_policy_can_be_evaluated_by_itself(string text, PolicyOutcomeKind expected)
    {
        var entities = EntityStore.Create(
        [
            new Entity(TestPolicy.Alice, new EntityUid("Group", "staff")),
            new Entity(TestPolicy.Read, new EntityUid("Action", "access")),
            new Entity(TestPolicy.Wiki, new EntityUid("Label", "internal")),
        ]);

        var outcome = Authorizer.Evaluate(TestPolicy.Parse(text), entities, TestPolicy.Request);

        Assert.Equal(expected, outcome.Kind);
        Assert.Equal(expected == PolicyOutcomeKind.Error, outcome.Error is not null);
    }

    private static AuthorizationResponse Decide(params string[] policies) => Decide(AuthorizerOptions.Default, policies);

    private static AuthorizationResponse Decide(AuthorizerOptions options, params string[] policies) =>
        Authorizer.IsAuthorized(TestPolicy.Set(policies), EntityStore.Empty, TestPolicy.Request, options);

    private static void Check(AuthorizationResponse answer, Decision decision, string[] reasons, string[] errors)
    {
        Assert.Equal(decision, answer.Decision);
        Assert.Equal(reasons, answer.Reasons);
        Assert.Equal(errors, answer.Errors.Select(error => error.PolicyId));
    }
}
