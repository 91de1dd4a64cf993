using Doorward.Cedar.Residuals;
using Doorward.Cedar.Schemas;
using Doorward.Cedar.Tests.Schemas;

namespace Doorward.Cedar.Tests.Residuals;

public sealed class PartialAuthorizerTests
{
    private static readonly Schema Schema = TestSchema.Parse("""
        entity Group;
        entity User in [Group] { clearance: Long, manager?: User };
        entity Application { owner: User, public: Bool };
        action read appliesTo { principal: User, resource: Application, context: { level: Long, device?: { compliant: Bool }, mfa: Bool } };
        """);

    private static readonly RecordValue Context = RecordValue.Create(("level", 2), ("mfa", true));

    private static readonly EntityStore Entities = EntityStore.Create([
        new Entity(TestPolicy.Alice, RecordValue.Create(("clearance", 3)), [new EntityUid("Group", "staff")]),
        new Entity(TestPolicy.Wiki, RecordValue.Create(("owner", TestPolicy.Alice), ("public", false)), []),
        new Entity(TestPolicy.Read),
    ]);

    [Theory]
    // What is known is worked in, what is settled goes.
    [InlineData("resource.owner == principal && context.level >= 2", """User::"alice" == principal""")]
    [InlineData("""principal in Group::"staff" && resource.public""", null)]
    [InlineData("principal.clearance > context.level + 1", "principal.clearance > 3")]
    [InlineData("if context.mfa then principal.clearance > 1 else false", "principal.clearance > 1")]
    [InlineData("[principal, resource.owner].contains(resource.owner)", """[principal, User::"alice"].contains(User::"alice")""")]
    // By types: of an application no user is in, and no user is an application.
    [InlineData("principal is User", "")]
    [InlineData("principal in resource", null)]
    [InlineData("principal == resource", null)]
    // The left side may fail, so it stays in front of what settles it otherwise.
    [InlineData("principal.clearance > 1 && resource.public", "principal.clearance > 1 && false")]
    [InlineData("principal.clearance > 1 || !resource.public", "principal.clearance > 1 || true")]
    // It cannot fail, so it goes.
    [InlineData("principal has manager && resource.public", null)]
    [InlineData("""principal == User::"bob" || !resource.public""", "")]
    // An error that is certain stays one.
    [InlineData("9223372036854775807 + context.level > 0", "9223372036854775807 + 2 > 0")]
    [InlineData("principal has manager && 9223372036854775807 + context.level > 0", "principal has manager && 9223372036854775807 + 2 > 0")]
    public void What_is_left_of_a_condition_when_the_principal_is_not_known(string condition, string? rest)
    {
        var residual = Evaluate($"permit (principal, action, resource) when {{ {condition} }};", new PartialRequest(PartialUid.OfType("User"), TestPolicy.Read, TestPolicy.Wiki, Context));

        if (rest is null) Assert.Null(residual.Rest);
        else Assert.Equal("permit (principal, action, resource)" + (rest.Length == 0 ? ";" : $"\nwhen {{ {rest} }};"), residual.Rest!.ToString());
    }

    [Theory]
    [InlineData("context.level > 1", "context.level > 1")]
    [InlineData("context.mfa && resource.public", null)]
    [InlineData("context has device && context.device.compliant", "context has device && context.device.compliant")]
    [InlineData("context has level", "")]
    [InlineData("context has nothing", null)]
    public void What_is_left_when_the_context_is_not_known(string condition, string? rest)
    {
        var residual = Evaluate($"permit (principal, action, resource) when {{ {condition} }};", new PartialRequest(TestPolicy.Alice, TestPolicy.Read, TestPolicy.Wiki, PartialRecord.Nothing));

        Assert.Equal(rest is null ? null : rest.Length == 0 ? "permit (principal, action, resource);" : $"permit (principal, action, resource)\nwhen {{ {rest} }};", residual.Rest?.ToString());
    }

    [Fact]
    public void One_attribute_of_the_context_can_be_unknown()
    {
        var residual = Evaluate(
            "permit (principal, action, resource) when { context.level == 2 && context has device && context.device.compliant };",
            new PartialRequest(TestPolicy.Alice, TestPolicy.Read, TestPolicy.Wiki, PartialRecord.Except(Context, "device")));

        Assert.Equal("permit (principal, action, resource)\nwhen { context has device && context.device.compliant };", residual.Rest!.ToString());
        Assert.Equal(PolicyState.Residual, residual.State);
    }

    [Fact]
    public void Attributes_and_parents_of_a_known_entity_can_be_unknown()
    {
        var unsure = new PartialEntityStore(Entities, new PartialEntity(TestPolicy.Alice) { Attributes = PartialRecord.Nothing, MayHaveOtherParents = true });
        var request = new PartialRequest(TestPolicy.Alice, TestPolicy.Read, TestPolicy.Wiki, Context);

        Assert.Equal(PolicyState.Satisfied, Evaluate("""permit (principal in Group::"staff", action, resource);""", request, unsure).State);
        Assert.Equal("""permit (principal in Group::"admins", action, resource);""", Evaluate("""permit (principal in Group::"admins", action, resource);""", request, unsure).Rest!.ToString());
        Assert.Contains("""User::"alice".clearance > 1""", Evaluate("permit (principal, action, resource) when { principal.clearance > 1 };", request, unsure).Rest!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("permit (principal, action, resource);", Decision.Allow)]
    [InlineData("permit (principal == User::\"bob\", action, resource);", null)]
    [InlineData("permit (principal, action, resource) when { resource.public };", Decision.Deny)]
    [InlineData("permit (principal, action, resource); forbid (principal, action, resource) unless { resource.public };", Decision.Deny)]
    [InlineData("permit (principal, action, resource); forbid (principal == User::\"bob\", action, resource);", null)]
    [InlineData("permit (principal, action, resource); forbid (principal is Application, action, resource);", Decision.Allow)]
    // Satisfied it never is; that it may fail matters only where an error denies.
    [InlineData("permit (principal, action, resource); forbid (principal, action, resource) when { principal.clearance > 1 && resource.public };", Decision.Allow)]
    public void A_decision_is_given_when_it_is_certain(string policies, Decision? decision)
    {
        var response = PartialAuthorizer.IsAuthorized(
            Schema, PolicySet.Parse(policies).PolicySet!, PartialEntityStore.Of(Entities), new PartialRequest(PartialUid.OfType("User"), TestPolicy.Read, TestPolicy.Wiki, Context));

        Assert.Equal(decision, response.Decision);
    }

    [Fact]
    public void A_forbid_that_may_fail_leaves_the_decision_open_where_an_error_denies()
    {
        var policies = TestPolicy.Set("permit (principal, action, resource);", "forbid (principal, action, resource) when { principal.clearance > 1 && resource.public };");

        var response = PartialAuthorizer.IsAuthorized(
            Schema, policies, PartialEntityStore.Of(Entities), new PartialRequest(PartialUid.OfType("User"), TestPolicy.Read, TestPolicy.Wiki, Context),
            new AuthorizerOptions { DenyOnError = true });

        Assert.Null(response.Decision);
    }

    [Fact]
    public void A_type_that_the_schema_does_not_declare_is_refused() => Assert.Throws<ArgumentException>(() =>
        Evaluate("permit (principal, action, resource);", new PartialRequest(PartialUid.OfType("Robot"), TestPolicy.Read, TestPolicy.Wiki, Context)));

    [Fact]
    public void An_error_of_what_is_left_stands_where_it_stands_in_the_policy()
    {
        const string Text = "permit (principal, action, resource) when { resource.public || principal.clearance + 9223372036854775807 > 0 };";
        var residual = Evaluate(Text, new PartialRequest(PartialUid.OfType("User"), TestPolicy.Read, TestPolicy.Wiki, Context));
        var request = TestPolicy.Request with { Context = Context };

        var whole = Authorizer.Evaluate(residual.Policy, Entities, request).Error;
        Assert.Equal(EvaluationErrorKind.Overflow, whole!.Kind);
        Assert.Equal(whole, Authorizer.Evaluate(residual.Rest!, Entities, request).Error);
    }

    private static PolicyResidual Evaluate(string policy, PartialRequest request, PartialEntityStore? entities = null) =>
        PartialAuthorizer.Evaluate(Schema, TestPolicy.Parse(policy), entities ?? PartialEntityStore.Of(Entities), request);
}
