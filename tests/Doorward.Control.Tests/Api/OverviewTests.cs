using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Overview;
using Doorward.Control.Sessions;
using Doorward.Control.Storage;
using Doorward.Core.Protocol;
using Google.Protobuf.WellKnownTypes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Control.Tests.Api;

/// <summary>The figures at a glance, against what they are figures of.</summary>
public sealed class OverviewTests
{
    [Fact]
    public async Task It_counts_sessions_denials_failing_doors_and_cuts_and_says_what_waits()
    {
        await using var host = await ApiHost.StartAsync();
        var now = TimeProvider.System.GetUtcNow();
        var alice = await host.AddAsync("alice", null);
        for (var i = 0; i < 2; i++)
            await host.Control.Sessions.StartAsync(new SignIn { UserId = alice.Id, Assurance = 2, Methods = ["pwd"], SecurityEpoch = alice.SecurityEpoch }, CancellationToken.None);
        await using (var db = host.Control.Open())
        {
            db.Decisions.AddRange(Decision("dec_1", now.AddMinutes(-1), "Permitted"), Decision("dec_2", now.AddMinutes(-2), "NoPermit"), Decision("dec_3", now.AddMinutes(-3), "NoPermit"),
                Decision("dec_4", now.AddMinutes(-4), "Forbidden"), Decision("dec_old", now.AddHours(-2), "NoPermit"));
            db.Refusals.AddRange(Refusal("ref_1", now.AddMinutes(-1), "upstream-down"), Refusal("ref_2", now.AddMinutes(-2), "upstream-down"), Refusal("ref_3", now, "not-found"), Refusal("ref_old", now.AddHours(-1), "upstream-down"));
            await db.SaveChangesAsync();
        }

        host.Control.Services.GetRequiredService<RecentRecords>().Take([Cut(2_000), Cut(4_000), Cut(90_000)]);
        var overview = await host.Local.GetFromJsonAsync<JsonElement>("overview");

        Assert.Equal((2, 1, 0), (Number(overview, "sessions"), Number(overview, "people"), Number(overview, "grants")));
        Assert.Equal(4, Number(overview, "judged"));
        Assert.Equal("NoPermit 2, Forbidden 1", string.Join(", ", overview.GetProperty("denials").EnumerateArray().Select(one => $"{one.GetProperty("cause").GetString()} {Number(one, "count")}")));
        var door = Assert.Single(overview.GetProperty("doors").EnumerateArray());
        Assert.Equal(("wiki", "upstream-down", 2), (door.GetProperty("application").GetString(), door.GetProperty("cause").GetString(), Number(door, "count")));
        var cuts = overview.GetProperty("cuts");
        Assert.Equal((3, 4.0, 90.0), (Number(cuts, "count"), cuts.GetProperty("p50").GetDouble(), cuts.GetProperty("p99").GetDouble()));
        Assert.Equal(["administrator", "verification"], Waiting(overview));
    }

    [Fact]
    public async Task What_waits_is_gone_when_it_is_done_and_a_lost_gateway_is_named()
    {
        await using var host = await ApiHost.StartAsync();
        using (await host.Control.JoinAsync("lost"))
        {
        }

        Assert.True((await (await host.Local.PostAsync("audit/verify", null)).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("intact").GetBoolean());
        var overview = await host.Local.GetFromJsonAsync<JsonElement>("overview");
        Assert.Equal(["administrator", "gateway"], Waiting(overview));
        Assert.Equal("lost", overview.GetProperty("waiting")[1].GetProperty("name").GetString());
    }

    [Fact]
    public void Decisions_are_counted_in_steps_of_five_seconds_for_five_minutes()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        var recent = new RecentRecords(time);
        recent.Take([Decided(time, "allow"), Decided(time, "allow"), Decided(time, "deny"), Decided(time, "allow", late: TimeSpan.FromMinutes(6))]);
        time.Advance(TimeSpan.FromSeconds(5));
        recent.Take([Decided(time, "allow")]);
        var rates = recent.Rates();
        Assert.Equal(60, rates.Count);
        Assert.Equal([(2, 1), (1, 0)], rates.TakeLast(2).Select(static rate => (rate.Allowed, rate.Denied)));
        Assert.Equal(time.GetUtcNow(), rates[^1].From);
        Assert.Equal(0, rates.SkipLast(2).Sum(static rate => rate.Allowed + rate.Denied));

        // What left the window must not come back in the place of a new step.
        time.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(0, recent.Rates().Sum(static rate => rate.Allowed + rate.Denied));
    }

    [Fact]
    public void A_cut_is_forgotten_after_an_hour()
    {
        var time = new FakeTimeProvider();
        var recent = new RecentRecords(time);
        recent.Take([Cut(1_000)]);
        time.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(new CutFigures(0, null, null), recent.Cuts());
    }

    private static string[] Waiting(JsonElement overview) => [.. overview.GetProperty("waiting").EnumerateArray().Select(static notice => notice.GetProperty("kind").GetString()!)];

    private static int Number(JsonElement element, string name) => element.GetProperty(name).GetInt32();

    private static Core.Protocol.Record Cut(long microseconds) => new() { Cut = new CutRecord { Microseconds = microseconds } };

    private static Core.Protocol.Record Decided(FakeTimeProvider time, string decision, TimeSpan late = default) =>
        new() { At = (time.GetUtcNow() - late).ToTimestamp(), Decision = new DecisionRecord { Decision = decision } };

    private static DecisionEntry Decision(string id, DateTimeOffset at, string cause) => new()
    {
        Id = id,
        Gateway = "edge",
        At = at,
        Allowed = cause == "Permitted",
        Cause = cause,
        Application = "wiki",
        Action = "read",
        PolicyRevision = 1,
        Revision = 1,
    };

    private static RefusalEntry Refusal(string id, DateTimeOffset at, string code) => new()
    {
        Id = id,
        Gateway = "edge",
        At = at,
        Status = 502,
        Code = code,
        Told = "It does not answer.",
        Application = "wiki",
    };
}
