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

    [Theory]
    [InlineData("", "")]
    [InlineData("signed by another key", "unsigned")]
    [InlineData("of another page", "challenge")]
    [InlineData("of another device", "other-device")]
    [InlineData("made up", "challenge")]
    [InlineData("of another session", "challenge")]
    [InlineData("for a session that is over", "challenge")]
    [InlineData("for another person's session", "other-owner")]
    [InlineData("for a session of another device", "other-session")]
    [InlineData("late", "clock")]
    [InlineData("by a held device", "held")]
    public async Task A_session_is_bound_to_the_device_that_signed_for_it_now_at_that_page(string what, string code)
    {
        const string origin = "https://auth.doorward.localhost:8443";
        var alice = await world.Control.AddUserAsync(Identifier.New("alice"));
        var person = what == "for another person's session" ? await world.Control.AddUserAsync(Identifier.New("bob")) : alice;
        using var device = await world.EnrolAsync(invitation: new { owner = alice.UserName });
        using var other = await world.EnrolAsync();
        var session = (await world.Control.SignInAsync(person)).Session;
        var challenges = world.Control.Services.GetRequiredService<SessionChallenges>();
        var challenge = challenges.Make(session.Id, origin, new BrowserPlace("192.0.2.7", "chromium"));
        var proof = new DeviceProof { Device = device.Id, Session = session.Id, Challenge = challenge, Origin = origin, Time = TimeProvider.System.GetUtcNow() };
        if (what == "for a session of another device") Assert.Equal(HttpStatusCode.OK, (await other.ProveAsync(proof with { Device = other.Id })).Status);
        if (what == "for a session that is over") await world.Control.Sessions.EndAsync(session.Id, SessionEnding.ByAdministrator("test", null), CancellationToken.None);
        if (what == "by a held device") await world.ActAsync($"{device.Id}/hold");
        proof = what switch
        {
            "of another page" => proof with { Origin = "https://evil.example" },
            "of another device" => proof with { Device = other.Id },
            "of another session" => proof with { Session = (await world.Control.SignInAsync(alice)).Session.Id },
            "made up" => proof with { Challenge = "sealed.1.00000000.AAAA" },
            "late" => proof with { Time = proof.Time.AddMinutes(-5) },
            _ => proof,
        };

        var answer = await device.ProveAsync(proof, what == "signed by another key" ? other.Key : null);

        Assert.Equal(code, answer.Problem?.Code ?? "");
        await using var db = world.Control.Open();
        Assert.Equal(what switch { "" => device.Id, "for a session of another device" => other.Id, _ => null }, db.Sessions.Single(s => s.Id == session.Id).DeviceId);
        var users = (await world.Local.GetFromJsonAsync<JsonElement>($"sessions?device={device.Id}")).GetProperty("items").EnumerateArray().Select(static one => one.GetProperty("id").GetString());
        Assert.Equal(code.Length == 0 ? [session.Id] : [], users);
    }

    private async Task<bool> IsCompliantAsync(string device) => (await world.ShowAsync(device)).GetProperty("compliant").GetBoolean();

    private async Task PutRuleAsync(string name, object spec)
    {
        using var put = await world.Local.PutAsJsonAsync($"posturerules/{name}", new { spec });
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
    }

    private static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
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
