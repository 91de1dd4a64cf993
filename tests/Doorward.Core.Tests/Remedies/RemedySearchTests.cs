using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Doorward.Core.Remedies;
using Doorward.Core.Tests.Evaluations;
using static Doorward.Core.Tests.Evaluations.World;

namespace Doorward.Core.Tests.Remedies;

public sealed class RemedySearchTests
{
    private static readonly TimeSpan Ample = TimeSpan.FromSeconds(20);

    [Fact]
    public void A_second_factor_is_found_when_that_alone_would_do() =>
        Assert.Equal([new RaiseAssurance(2)], First("permit (principal, action, resource) when { context.session.assurance >= 2 };"));

    [Fact]
    public void A_passkey_is_found_when_only_that_would_do() =>
        Assert.Equal([new RaiseAssurance(3)], First("permit (principal, action, resource) when { context.session.phishingResistant };"));

    [Fact]
    public void A_fresh_sign_in_is_found_before_a_stronger_one() =>
        Assert.Equal([new SignInAgain()], First("permit (principal, action, resource) when { context.session.age < duration(\"15m\") };"));

    [Fact]
    public void The_bound_of_the_application_itself_is_met_by_signing_in_again() => Assert.Equal(
        [new SignInAgain()],
        Find(Wiki with { MaxSignInAge = TimeSpan.FromMinutes(5) }, "permit (principal, action, resource);")[0].Changes);

    [Fact]
    public void A_group_is_found_and_is_not_ones_own_doing()
    {
        var remedy = Find(Wiki, "permit (principal in Group::\"wiki-readers\", action, resource);")[0];

        Assert.Equal([new JoinGroup("wiki-readers")], remedy.Changes);
        Assert.False(remedy.OwnDoing);
    }

    [Fact]
    public void A_group_that_is_forbidden_is_to_be_left() => Assert.Equal(
        [new LeaveGroup("engineering")],
        First("permit (principal, action, resource);", "forbid (principal in Group::\"engineering\", action, resource);"));

    [Fact]
    public void A_named_network_is_found() => Assert.Equal(
        [new UseNetwork("office")],
        First("permit (principal, action, resource) when { context.network.names.contains(\"office\") };"));

    [Fact]
    public void The_next_allowed_hour_is_found_with_its_day()
    {
        var changes = First("permit (principal, action, resource) when { context.time.hour >= 9 && context.time.hour < 12 };");

        Assert.Equal([new WaitUntil(new DateTimeOffset(2026, 11, 24, 9, 0, 0, TimeSpan.Zero), 9, 2)], changes);
    }

    [Fact]
    public void A_weekend_is_waited_for() => Assert.Equal(
        [new WaitUntil(new DateTimeOffset(2026, 11, 28, 0, 0, 0, TimeSpan.Zero), 0, 6)],
        First("permit (principal, action, resource) when { context.time.weekday >= 6 };"));

    [Fact]
    public void An_hour_is_found_beside_a_step_up_that_would_do_as_well()
    {
        var remedies = Find(Wiki,
            "permit (principal, action, resource) when { context.session.assurance >= 2 };",
            "permit (principal, action, resource) when { context.time.hour == 9 };");

        Assert.Contains(remedies, remedy => remedy.Changes is [RaiseAssurance(2)]);
        Assert.Contains(remedies, remedy => remedy.Changes is [WaitUntil { Hour: 9 }]);
        Assert.All(remedies, remedy => Assert.Single(remedy.Changes));
    }

    [Fact]
    public void An_hour_is_found_with_a_group_and_with_a_step_up_where_it_takes_both()
    {
        var remedies = Find(Wiki,
            "permit (principal in Group::\"ops\", action, resource) when { context.time.hour == 9 };",
            "permit (principal, action, resource) when { context.session.phishingResistant && context.time.hour == 11 };");

        Assert.Contains(remedies, remedy => remedy.Changes is [JoinGroup("ops"), WaitUntil { Hour: 9 }]);
        Assert.Contains(remedies, remedy => remedy.Changes is [RaiseAssurance(3), WaitUntil { Hour: 11 }]);
    }

    // The denial twin: no hour is promised where none helps, and none that only waits longer.
    [Fact]
    public void No_hour_is_found_where_none_helps_or_an_earlier_one_does()
    {
        Assert.Empty(Find(Wiki, "permit (principal, action, resource) when { context.time.hour == 24 };"));
        Assert.DoesNotContain(
            Find(Wiki, "permit (principal, action, resource) when { context.time.hour == 9 };", "forbid (principal, action, resource) when { context.time.hour != 9 };"),
            remedy => remedy.Changes.Length > 1);
    }

    [Fact]
    public void Two_changes_are_found_when_it_takes_two() => Assert.Equal(
        [new RaiseAssurance(2), new JoinGroup("ops")],
        First("permit (principal in Group::\"ops\", action, resource) when { context.session.assurance >= 2 };"));

    [Fact]
    public void Three_changes_are_found_when_it_takes_three() => Assert.Equal(3, First(
        "permit (principal in Group::\"ops\", action, resource) when { context.session.assurance >= 2 && context has device && context.device.bound };").Length);

    [Fact]
    public void No_remedy_holds_another() =>
        Assert.All(Find(Wiki, "permit (principal, action, resource) when { context.session.assurance >= 2 };", "permit (principal in Group::\"ops\", action, resource);"),
            remedy => Assert.Single(remedy.Changes));

    [Fact]
    public void Nothing_is_promised_when_nothing_helps() =>
        Assert.Empty(Find(Wiki, "permit (principal, action, resource);", "forbid (principal, action, resource);"));

    [Fact]
    public void Nobody_is_not_told_of_groups() =>
        Assert.Empty(RemedySearch.Find(Bundle("permit (principal in Group::\"ops\", action, resource);"), Input(Nobody), TimeProvider.System, Ample));

    [Fact]
    public void A_token_cannot_step_up()
    {
        var token = Alice with { Session = Alice.Session! with { Methods = ["token"] } };

        Assert.Empty(RemedySearch.Find(Bundle("permit (principal, action, resource) when { context.session.mfa };"), Input(token), TimeProvider.System, Ample));
    }

    [Fact]
    public void Who_has_a_device_is_told_to_have_it_prove_itself_and_who_has_none_to_use_one()
    {
        const string policy = "permit (principal, action, resource) when { context has device && context.device.bound };";
        var seen = Alice with { Device = new DeviceEvidence("dev_1", Managed: true, Seen: true, Bound: false, Compliant: true) };

        Assert.Equal([new EnrolDevice()], First(policy));
        Assert.Equal([new ProveDevice()], RemedySearch.Find(Bundle(policy), Input(seen), TimeProvider.System, Ample)[0].Changes);
        Assert.Equal([new EnrolDevice()], RemedySearch.Find(Bundle(policy), Input(seen with { Device = seen.Device with { Managed = false } }), TimeProvider.System, Ample)[0].Changes);
    }

    [Fact]
    public void A_report_only_policy_is_no_remedy()
    {
        var bundle = PolicyBundle.Create(1, [new PolicyDefinition("trial", "permit (principal in Group::\"ops\", action, resource);", ReportOnly: true)]);

        Assert.Empty(RemedySearch.Find(bundle, Input(), TimeProvider.System, Ample));
    }

    [Fact]
    public void The_search_ends_with_its_time()
    {
        var many = Enumerable.Range(0, 400).Select(index =>
            $"permit (principal in Group::\"g{index}\", action, resource) when {{ principal in Group::\"x{index}\" && principal in Group::\"y{index}\" && principal in Group::\"z{index}\" }};");
        var started = TimeProvider.System.GetTimestamp();

        RemedySearch.Find(Bundle([.. many]), Input(), TimeProvider.System, TimeSpan.FromMilliseconds(20));

        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(2));
    }

    // A loop of refusals has no time at all for its searches, and people must be offered their step-up all the same.
    [Fact]
    public void Without_time_only_single_changes_are_tried()
    {
        string[] policies =
        [
            "permit (principal, action, resource) when { context.session.assurance >= 2 };",
            "permit (principal in Group::\"ops\", action, resource) when { context.session.phishingResistant };",
            "permit (principal, action, resource) when { context.time.hour == 9 };",
        ];

        var hurried = RemedySearch.Find(Bundle(policies), Input(), TimeProvider.System, TimeSpan.Zero);

        Assert.Equal([new RaiseAssurance(2)], hurried[0].Changes);
        Assert.DoesNotContain(hurried, remedy => remedy.Changes.Length > 1 || remedy.Changes[0] is WaitUntil);
        Assert.Empty(RemedySearch.Find(Bundle(policies[2]), Input(), TimeProvider.System, TimeSpan.Zero));
        Assert.IsType<WaitUntil>(Find(Wiki, policies[2])[0].Changes[0]);
    }

    [Fact]
    public void The_search_ends_with_its_time_where_every_hour_is_dear_to_judge()
    {
        var dear = string.Join(" && ", Enumerable.Range(0, 400).Select(index => $"context.time.hour != {index + 24}"));
        var many = Enumerable.Range(0, 200).Select(index => $"permit (principal, action, resource) when {{ {dear} && context.time.hour == {index + 24} }};");
        var bundle = Bundle([.. many]);
        var started = TimeProvider.System.GetTimestamp();

        RemedySearch.Find(bundle, Input(), TimeProvider.System, TimeSpan.FromMilliseconds(20));

        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(2));
    }

    /// <summary>Every remedy, applied, allows: the real policies say so.</summary>
    [Fact]
    public void Every_remedy_holds_what_it_promises()
    {
        string[] policies =
        [
            "permit (principal in Group::\"ops\", action, resource) when { context.session.assurance >= 2 };",
            "permit (principal, action, resource) when { context has device && context.device.compliant && context.session.mfa };",
            "permit (principal, action, resource) when { context.network.names.contains(\"office\") && context.time.hour == 9 };",
        ];
        var remedies = Find(Wiki, policies);

        Assert.True(remedies.Length >= 3);
        Assert.All(remedies, remedy =>
        {
            var evidence = remedy.Changes.OrderBy(change => change is WaitUntil ? 0 : 1).Aggregate(Alice, (now, change) => change.Apply(now));
            Assert.True(Evaluator.Evaluate(Bundle(policies), Input(evidence)).Allowed);
        });
    }

    [Fact]
    public void Every_change_says_what_to_do_in_a_sentence() => Assert.All(
        new EvidenceChange[] { new RaiseAssurance(2), new RaiseAssurance(3), new SignInAgain(), new EnrolDevice(), new ProveDevice(), new RepairDevice(), new JoinGroup("g"), new LeaveGroup("g"), new UseNetwork("n"), new WaitUntil(Now, 9, 1), new LowerRisk(0) },
        change => Assert.Matches(@"^[A-Z].*\.$", change.Sentence));

    private static System.Collections.Immutable.ImmutableArray<EvidenceChange> First(params string[] policies) => Find(Wiki, policies)[0].Changes;

    private static System.Collections.Immutable.ImmutableArray<Remedy> Find(ResourceFacts resource, params string[] policies) =>
        RemedySearch.Find(Bundle(policies), Input(resource: resource), TimeProvider.System, Ample);
}
