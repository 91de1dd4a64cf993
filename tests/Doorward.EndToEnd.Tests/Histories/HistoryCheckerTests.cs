using System.Collections.Immutable;

namespace Doorward.EndToEnd.Tests.Histories;

/// <summary>The checker is shown histories that are good, and the same ones forged: each forgery must be named.</summary>
public class HistoryCheckerTests
{
    private static readonly Access Ann = new("ann", "s1", "wiki");
    private static readonly Switch AnnsSession = new(SwitchKind.Session, "s1");
    private static readonly Switch AnnsMembership = new(SwitchKind.Membership, "ann");

    /// <summary>Ann is served, her session revoked at 10 s, and nothing of hers happens from 11 s on.</summary>
    private static readonly History Good = new()
    {
        LeaseOf = application => At(application == "strict" ? 5 : 60),
        Requests = [new(Ann, At(5), At(5.1)), new(Ann, At(10.9), At(12))],
        Deliveries = [new(Ann, At(10.8))],
        Changes = [new(AnnsSession, Allows: false, At(9.9), At(10))],
        Observations = [new(AnnsSession, Allows: false, At(20), At(21))],
        GatewayLives = [new(At(0), At(100))],
        Records = [new("s1", "wiki", At(5))],
        Numbers = [new("edge", 1), new("edge", 2), new("edge", 3)],
    };

    [Fact]
    public void A_good_history_has_no_violation() => Assert.Empty(HistoryChecker.Check(Good));

    [Fact]
    public void A_request_served_after_a_revocation_is_named() =>
        Names("served after revocation", Good with { Requests = Good.Requests.Add(new(Ann, At(11.1), At(11.2))) });

    [Fact]
    public void A_stream_that_goes_on_after_a_revocation_is_named() =>
        Names("delivered after revocation", Good with { Deliveries = [new(Ann, At(11.1))] });

    [Theory]
    [InlineData("wiki", 10.5, 13, 13.9, true)]
    [InlineData("wiki", 10.5, 13, 14.1, false)]
    [InlineData("wiki", 10.5, 300, 70.9, true)]
    [InlineData("wiki", 10.5, 300, 71.1, false)]
    [InlineData("strict", 10.5, 300, 15.9, true)]
    [InlineData("strict", 10.5, 300, 16.1, false)]
    [InlineData("wiki", 11.5, 300, 14, false)] // a partition that begins after the second is over excuses nothing
    public void A_gateway_that_cannot_hear_is_excused_until_it_hears_or_its_lease_ends(string application, double begins, double ends, double asked, bool excused)
    {
        var history = Good with
        {
            Requests = [new(Ann with { Application = application }, At(asked), At(asked + 0.1))],
            Partitions = [new(At(begins), At(ends))],
            Records = [new("s1", application, At(5))],
        };
        Assert.Equal(excused ? [] : ["served after revocation"], HistoryChecker.Check(history).Select(violation => violation.Rule));
    }

    [Fact]
    public void Partitions_that_follow_each_other_excuse_together_and_no_longer_than_the_lease()
    {
        var partitions = ImmutableArray.Create(new Span(At(10.2), At(20)), new Span(At(20.5), At(30)));
        var history = Good with { Partitions = partitions, Deliveries = [] };
        Assert.Empty(HistoryChecker.Check(history with { Requests = [new(Ann, At(30.9), At(31))] }));
        Names("served after revocation", history with { Requests = [new(Ann, At(31.1), At(31.2))] });
    }

    [Fact]
    public void What_was_allowed_again_may_be_served_from_when_it_was_asked_for()
    {
        var history = Good with
        {
            Changes = [new(AnnsMembership, Allows: false, At(9.9), At(10)), new(AnnsMembership, Allows: true, At(20), At(25))],
            Observations = [],
            Requests = [new(Ann, At(20.1), At(20.2))],
        };
        Assert.Empty(HistoryChecker.Check(history));
        Names("served after revocation", history with { Requests = [new(Ann, At(19.8), At(19.9))] });
    }

    [Fact]
    public void Anothers_revocation_concerns_nobody_else() =>
        Assert.Empty(HistoryChecker.Check(Good with { Changes = [new(AnnsSession with { Name = "s2" }, false, At(1), At(2))], Observations = [] }));

    [Fact]
    public void A_change_that_was_acknowledged_and_is_gone_is_named()
    {
        Names("acknowledged change lost", Good with { Observations = [new(AnnsSession, Allows: true, At(20), At(21))] });
        Assert.Empty(HistoryChecker.Check(Good with { Observations = [new(AnnsSession, Allows: true, At(9.95), At(21))] }));
    }

    [Fact]
    public void A_request_without_a_record_is_named() => Names("served without record", Good with { Records = [new("s2", "wiki", At(5))] });

    [Fact]
    public void A_record_of_an_earlier_life_of_the_gateway_does_not_count() =>
        Names("served without record", Good with { GatewayLives = [new(At(0), At(8)), new(At(9), At(100))] });

    [Theory]
    [InlineData(1L, 3L)]
    [InlineData(1L, 2L, 2L)]
    [InlineData(2L, 3L)]
    public void A_number_that_is_missing_or_there_twice_is_named(params long[] numbers) =>
        Names("record numbers", Good with { Numbers = [.. numbers.Select(number => new SpoolNumber("edge", number))] });

    private static void Names(string rule, History history) =>
        Assert.Contains(HistoryChecker.Check(history), violation => violation.Rule == rule);

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);
}
