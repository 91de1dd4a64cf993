using System.Net;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using static Doorward.Core.Tests.Evaluations.World;

namespace Doorward.Core.Tests.Evaluations;

public sealed class EvaluatorTests
{
    private const string Permit = "permit (principal in Group::\"engineering\", action in Action::\"access\", resource == Application::\"wiki\");";

    [Fact]
    public void Nothing_is_allowed_without_a_policy()
    {
        var decision = Evaluator.Evaluate(PolicyBundle.Empty, Input());

        Assert.False(decision.Allowed);
        Assert.Equal(DecisionCause.NoPermit, decision.Cause);
    }

    [Fact]
    public void The_default_decision_is_a_denial() => Assert.False(default(AccessDecision).Allowed);

    [Fact]
    public void A_permit_that_matches_allows_and_is_named()
    {
        var decision = Judge(Permit);

        Assert.True(decision.Allowed);
        Assert.Equal(["p0"], decision.Reasons);
    }

    [Theory]
    [InlineData("context.session.assurance >= 1", true)]
    [InlineData("context.session.assurance >= 2", false)]
    [InlineData("context.session.mfa", false)]
    [InlineData("context.session.methods.contains(\"pwd\")", true)]
    [InlineData("context.session.age < duration(\"3h\")", true)]
    [InlineData("context.session.age < duration(\"1h\")", false)]
    [InlineData("context.session.authenticated < context.time.now", true)]
    [InlineData("context.time.hour == 14 && context.time.weekday == 1", true)]
    [InlineData("context.time.hour == 15", false)]
    [InlineData("context has device && context.device.compliant", false)]
    [InlineData("context has risk", false)]
    [InlineData("context.network.ip.isInRange(ip(\"192.0.2.0/24\"))", true)]
    [InlineData("context.network.ip.isInRange(ip(\"198.51.100.0/24\"))", false)]
    [InlineData("context.network.names.contains(\"office\")", false)]
    [InlineData("context has http && context.http.path like \"/page*\"", true)]
    [InlineData("context.http.method == \"POST\"", false)]
    [InlineData("principal.email like \"*@example.test\"", true)]
    [InlineData("resource.hasTag(\"sensitivity\") && resource.getTag(\"sensitivity\") == \"internal\"", true)]
    [InlineData("resource.hasTag(\"owner\")", false)]
    public void Conditions_read_the_evidence(string condition, bool allowed) =>
        Assert.Equal(allowed, Judge($"permit (principal, action, resource) when {{ {condition} }};").Allowed);

    [Theory]
    [InlineData(AccessAction.Read, true)]
    [InlineData(AccessAction.Write, false)]
    [InlineData(AccessAction.Tunnel, false)]
    public void Actions_are_told_apart(AccessAction action, bool allowed) =>
        Assert.Equal(allowed, Judge("permit (principal, action == Action::\"read\", resource);", action: action).Allowed);

    [Theory]
    [InlineData(AccessAction.Read)]
    [InlineData(AccessAction.Write)]
    [InlineData(AccessAction.Tunnel)]
    public void Every_action_is_access(AccessAction action) => Assert.True(Judge(Permit, action: action).Allowed);

    [Fact]
    public void Nobody_is_no_user_and_has_no_assurance()
    {
        Assert.False(Judge("permit (principal is User, action, resource);", Nobody).Allowed);
        Assert.False(Judge("permit (principal, action, resource) when { context.session.assurance >= 1 };", Nobody).Allowed);
        Assert.False(Judge("permit (principal, action, resource) when { context.session.age < duration(\"365d\") };", Nobody).Allowed);
        Assert.True(Judge("permit (principal is Anonymous, action, resource);", Nobody).Allowed);
    }

    [Fact]
    public void An_erroring_permit_never_allows()
    {
        var decision = Judge("permit (principal, action, resource) when { context.device.compliant };");

        Assert.False(decision.Allowed);
        Assert.Equal(DecisionCause.PolicyError, decision.Cause);
        Assert.Equal(1, Assert.Single(decision.Errors).Line);
    }

    [Fact]
    public void An_erroring_forbid_whose_scope_matches_denies()
    {
        var decision = Evaluator.Evaluate(Bundle(Permit, "forbid (principal, action, resource) unless { context.risk.score < 90 };"), Input());

        Assert.False(decision.Allowed);
        Assert.Equal(["p1"], decision.Reasons);
    }

    [Fact]
    public void A_policy_that_does_not_compile_closes_every_door()
    {
        var bundle = Bundle(Permit, "forbid (principal, action resource);");

        Assert.Equal("p1", Assert.Single(bundle.Faults).Policy);
        Assert.False(Evaluator.Evaluate(bundle, Input()).Allowed);
    }

    [Fact]
    public void A_report_only_policy_is_reported_and_never_enforced()
    {
        var bundle = PolicyBundle.Create(
            1, [new PolicyDefinition("open", Permit), new PolicyDefinition("trial", "forbid (principal, action, resource);", ReportOnly: true)]);

        var decision = Evaluator.Evaluate(bundle, Input());

        Assert.True(decision.Allowed);
        Assert.Equal(["trial"], decision.ReportOnly);
    }

    [Fact]
    public void A_report_only_permit_opens_nothing()
    {
        var bundle = PolicyBundle.Create(1, [new PolicyDefinition("trial", Permit, ReportOnly: true)]);

        var decision = Evaluator.Evaluate(bundle, Input());

        Assert.False(decision.Allowed);
        Assert.Equal(["trial"], decision.ReportOnly);
    }

    [Fact]
    public void The_installations_policies_neither_open_nor_close_the_console()
    {
        var console = Wiki with { Name = "console", System = true };
        var bundle = PolicyBundle.Create(1,
        [
            new PolicyDefinition("everything", "permit (principal, action, resource);"),
            new PolicyDefinition("nothing", "forbid (principal, action, resource) when { resource == Application::\"console\" };"),
            new PolicyDefinition("admins", "permit (principal in Group::\"administrators\", action, resource);", System: true),
        ]);
        var admin = Alice with { Subject = Alice.Subject with { Groups = ["administrators"] } };

        Assert.False(Evaluator.Evaluate(bundle, Input(resource: console)).Allowed);
        Assert.True(Evaluator.Evaluate(bundle, Input(admin, console)).Allowed);
    }

    [Theory]
    [InlineData(3, true)]
    [InlineData(1, false)]
    public void An_application_bounds_the_age_of_the_sign_in(int hours, bool allowed)
    {
        var decision = Judge(Permit, resource: Wiki with { MaxSignInAge = TimeSpan.FromHours(hours) });

        Assert.Equal(allowed, decision.Allowed);
        Assert.Equal(allowed ? DecisionCause.Permitted : DecisionCause.SignInTooOld, decision.Cause);
    }

    [Theory]
    [InlineData("context.time.hour < 18", true)]
    [InlineData("context.session.age < duration(\"1h\")", true)]
    [InlineData("context.session.assurance >= 2", false)]
    [InlineData("context has time", true)]
    public void What_the_clock_alone_can_change_is_known(string condition, bool reads) =>
        Assert.Equal(reads, Bundle($"permit (principal, action, resource) when {{ {condition} }};").ReadsClock(Wiki));

    [Fact]
    public void The_next_publication_replaces_removes_and_repairs()
    {
        var bundle = Bundle(Permit, "forbid (principal action);").With(8, [new PolicyDefinition("p1", "forbid (principal, action, resource);")], []);

        Assert.Empty(bundle.Faults);
        Assert.False(Evaluator.Evaluate(bundle, Input()).Allowed);
        Assert.True(Evaluator.Evaluate(bundle.With(9, [], ["p1"]), Input()).Allowed);
    }

    [Fact]
    public void A_stored_input_gives_the_same_answer_again()
    {
        var full = Alice with
        {
            Device = new DeviceEvidence("d1", true, true, true, true),
            Network = new NetworkEvidence(IPAddress.Parse("2001:db8::1"), ["office"]),
            Risk = new RiskEvidence(12, "low", ["new-country"]),
        };
        var input = Input(full, Wiki with { MaxSignInAge = TimeSpan.FromHours(8) }, AccessAction.Write);

        var again = EvaluationInput.FromJson(input.FactsToJson(), input.MomentToJson());

        Assert.NotNull(again);
        Assert.Equal(input.FactsToJson(), again.FactsToJson());
        Assert.Equal(input.MomentToJson(), again.MomentToJson());
        Assert.Equal(EvaluationInput.HashOf(input.FactsToJson()), EvaluationInput.HashOf(again.FactsToJson()));
        Assert.True(Evaluator.Evaluate(Bundle("permit (principal, action == Action::\"write\", resource) when { context.device.bound && context.risk.score == 12 && context.network.names.contains(\"office\") };"), again).Allowed);
    }

    [Fact]
    public void Facts_do_not_change_with_the_moment()
    {
        var later = Alice with { Time = new TimeEvidence(Now.AddHours(1), 15, 1), Http = new HttpEvidence("POST", "wiki.example.test", "/other") };

        Assert.Equal(Input().FactsToJson(), Input(later).FactsToJson());
        Assert.NotEqual(Input().MomentToJson(), Input(later).MomentToJson());
    }

    [Fact]
    public void What_is_no_stored_input_is_no_input() => Assert.Null(EvaluationInput.FromJson("{"u8, "{}"u8));
}
