using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Devices;
using Doorward.Control.Devices.Compliance;
using Doorward.Control.Devices.Proofs;
using Doorward.Control.Devices.Reports;
using Doorward.Control.Sessions;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Devices.Reports;
using Doorward.Core.Identifiers;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Control.Tests.Devices;

public sealed class ComplianceTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_rule_blocks_the_devices_that_it_is_for_says_why_and_is_asked_again_when_it_changes()
    {
        using var device = await world.EnrolAsync("ruled", new { labels = new { fleet = "office" } });
        using var other = await world.EnrolAsync("unruled");
        await device.ReportAsync("firewall=fail");
        await other.ReportAsync("firewall=fail");
        await PutRuleAsync("firewall-on", new { when = "context.posture.firewall.pass", labels = new { fleet = "office" }, loosen = "0s" });
        await EventuallyAsync(async () => !await IsCompliantAsync(device.Id));
        Assert.True(await IsCompliantAsync(other.Id));
        var health = (await device.StatusAsync()).Message!;
        Assert.Equal(("red", "Turn the firewall on."), (health.Colour, health.Reasons[0].Fix));
        Assert.Contains("as the test says", health.Reasons[0].What, StringComparison.Ordinal);

        Assert.Equal("green", (await device.ReportAsync("firewall=pass")).Message?.Health.Colour);
        Assert.Equal("red", (await device.ReportAsync("firewall=unknown")).Message?.Health.Colour);
        using var deleted = await world.Local.DeleteAsync("posturerules/firewall-on");
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        await EventuallyAsync(() => IsCompliantAsync(device.Id));
        Assert.Equal(
            ["compliant:report", "not-compliant:rule", "compliant:report", "not-compliant:report", "compliant:rule"],
            (await world.AuditAsync("device-compliance-change")).Where(entry => entry.GetProperty("target").GetString() == device.Id)
                .Select(entry => $"{entry.GetProperty("outcome").GetString()}:{entry.GetProperty("details").GetProperty("cause").GetString()}"));
    }

    [Fact]
    public async Task A_rule_is_tried_on_what_devices_reported_before_it_is_made()
    {
        using var device = await world.EnrolAsync("tried", new { labels = new { fleet = "trial" } });
        using var other = await world.EnrolAsync("tried-too", new { labels = new { fleet = "trial" } });
        await device.ReportAsync("firewall=fail");
        await other.ReportAsync("firewall=pass");
        using var asked = await world.Local.PostAsJsonAsync("devices/compliance/check", new { spec = new { when = "context.posture.firewall.pass", labels = new { fleet = "trial" } } });
        var trial = await asked.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((2, 1, "tried"), (trial.GetProperty("devices").GetInt32(), trial.GetProperty("failing").GetInt32(), trial.GetProperty("first")[0].GetProperty("name").GetString()));
        Assert.True(await IsCompliantAsync(device.Id));
        using var wrong = await world.Local.PostAsJsonAsync("devices/compliance/check", new { spec = new { when = "context.nothing" } });
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        var figures = await world.Local.GetFromJsonAsync<JsonElement>("devices/compliance");
        Assert.InRange(figures.GetProperty("compliant").GetInt32(), 2, figures.GetProperty("devices").GetInt32());
    }

    [Theory]
    [InlineData("context.posture.firewall.pass && context.posture.noSuchFact.pass", "when")]
    [InlineData("context.posture.firewall", "when")]
    [InlineData("true }; permit (principal, action, resource) when { true", "when")]
    [InlineData("", "when")]
    public async Task A_rule_that_cannot_be_evaluated_is_refused_with_its_place(string when, string field)
    {
        using var response = await world.Local.PutAsJsonAsync("posturerules/wrong", new { spec = new { when } });
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((HttpStatusCode.BadRequest, field), (response.StatusCode, problem.GetProperty("field").GetString()));
    }

    [Fact]
    public void What_is_unknown_satisfies_no_rule_not_even_one_that_negates_it()
    {
        Assert.False(Holds("!context.posture.firewall.pass"));
        Assert.False(Holds("context.posture.firewall.pass || context.posture.timeSync.pass", "timeSync=pass"));
        Assert.True(Holds("!context.posture.firewall.pass", "firewall=fail"));
        Assert.True(Holds("context.platform == \"linux\" && context.keyAssurance >= 1"));
        Assert.False(Holds("context.posture.firewall.provenance >= 3", "firewall=pass"));
    }

    [Fact]
    public void A_grace_a_tightening_and_a_loosening_each_take_their_time()
    {
        var rule = Rule(new PostureRuleSpec
        {
            When = "context.posture.firewall.pass",
            Tighten = TimeSpan.FromSeconds(10),
            Loosen = TimeSpan.FromSeconds(30),
            Grace = TimeSpan.FromMinutes(1),
        });
        var verdict = Judge(0, "pass", null);
        Assert.Equal("green", verdict.Colour);
        verdict = Judge(1, "fail", verdict);
        Assert.Equal(("green", Start.AddSeconds(11)), (verdict.Colour, verdict.Due));
        Assert.Equal("green", Judge(5, "pass", verdict).Colour); // it flickered
        verdict = Judge(11, "fail", verdict);
        Assert.Equal(("yellow", Start.AddSeconds(61)), (verdict.Colour, verdict.Due));
        Assert.Equal(Start.AddSeconds(61), verdict.Reasons[0].Until);
        verdict = Judge(61, "fail", verdict);
        Assert.Equal(("red", (DateTimeOffset?)null), (verdict.Colour, verdict.Due));
        verdict = Judge(100, "pass", verdict);
        Assert.Equal(("red", Start.AddSeconds(130)), (verdict.Colour, verdict.Due));
        Assert.Equal("red", Judge(129, "pass", verdict).Colour);
        Assert.Equal("green", Judge(130, "pass", verdict).Colour);

        Verdict Judge(int second, string state, Verdict? before) =>
            ComplianceJudge.Judge([rule], Subject([$"firewall={state}"]), before, Start.AddSeconds(second));
    }

    [Fact]
    public void A_warning_blocks_nothing_and_a_rule_that_does_not_compile_any_more_holds_for_nobody()
    {
        var warning = Rule(new PostureRuleSpec { When = "context.posture.firewall.pass", Severity = RuleSeverity.Warn, Title = "Firewall, please.", Fix = "Now." });
        var verdict = ComplianceJudge.Judge([warning], Subject(["firewall=fail"]), null, Start);
        Assert.Equal(("yellow", false, "Firewall, please."), (verdict.Colour, verdict.Blocked, verdict.Reasons[0].What));
        var broken = new PostureRule("broken", new PostureRuleSpec { When = "context.gone" }, null);
        Assert.True(ComplianceJudge.Judge([broken], Subject(["firewall=pass"]), null, Start).Blocked);
    }

    [Fact]
    public async Task A_device_that_is_silent_for_75_seconds_is_stale_and_one_report_brings_it_back()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var later = await DeviceWorld.StartAsync(time);
        using var device = await later.EnrolAsync();
        device.Now = time.GetUtcNow;
        await device.ReportAsync("firewall=pass");
        var sweep = later.Control.Services.GetRequiredService<DeviceSweep>();
        time.Advance(TimeSpan.FromSeconds(74));
        await sweep.SweepAsync(CancellationToken.None);
        Assert.True((await later.ShowAsync(device.Id)).GetProperty("compliant").GetBoolean());
        time.Advance(TimeSpan.FromSeconds(2));
        await sweep.SweepAsync(CancellationToken.None);
        var shown = await later.ShowAsync(device.Id);
        Assert.Equal((false, true), (shown.GetProperty("compliant").GetBoolean(), shown.GetProperty("stale").GetBoolean()));
        Assert.Equal("red", (await device.StatusAsync()).Message?.Colour);
        Assert.Equal("green", (await device.ReportAsync()).Message?.Health.Colour);
        Assert.True((await later.ShowAsync(device.Id)).GetProperty("compliant").GetBoolean());
    }

    [Fact]
    public async Task A_rule_that_was_made_and_deleted_between_two_looks_leaves_nobody_where_it_put_them()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var later = await DeviceWorld.StartAsync(time);
        using var device = await later.EnrolAsync();
        device.Now = time.GetUtcNow;
        await device.ReportAsync("firewall=pass");
        var sweep = later.Control.Services.GetRequiredService<DeviceSweep>();
        await sweep.SweepAsync(CancellationToken.None);
        using var put = await later.Local.PutAsJsonAsync("posturerules/short", new { spec = new { when = "context.posture.firewall.pass" } });
        Assert.Equal("red", (await device.ReportAsync("firewall=fail")).Message?.Health.Colour);
        using var deleted = await later.Local.DeleteAsync("posturerules/short");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (put.StatusCode, deleted.StatusCode));
        await sweep.SweepAsync(CancellationToken.None);
        Assert.True((await later.ShowAsync(device.Id)).GetProperty("compliant").GetBoolean());
    }

    private async Task<bool> IsCompliantAsync(string device) => (await world.ShowAsync(device)).GetProperty("compliant").GetBoolean();

    private async Task PutRuleAsync(string name, object spec)
    {
        using var put = await world.Local.PutAsJsonAsync($"posturerules/{name}", new { spec });
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
    }

    private static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (!await holds()) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
    }

    private static PostureRule Rule(PostureRuleSpec spec) => new("rule", spec, RuleText.Compile("rule", spec.When).Text ?? throw new InvalidOperationException(spec.When));

    private static bool Holds(string when, params string[] facts) => Rule(new PostureRuleSpec { When = when }).Holds(Subject(facts));

    private static RuleSubject Subject(string[] facts)
    {
        var reported = new DevicePosture
        {
            Sequence = 1,
            At = Start,
            Facts = facts.Select(static fact => new PostureFact(fact.Split('=')[0], Enum.Parse<FactState>(fact.Split('=')[1], ignoreCase: true), "", ""))
                .ToImmutableDictionary(static fact => fact.Name),
        };
        return new RuleSubject("dev", "linux", 1, new Dictionary<string, string>(), StoredPosture.Empty.With(reported).Posture);
    }
}
