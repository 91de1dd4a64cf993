using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Devices.Compliance;

namespace Doorward.Control.Tests.Devices;

/// <summary>What administrators ask of many devices: lists by what is concluded of them, figures, and rules that are not in force yet.</summary>
public sealed class DeviceListTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    [Fact]
    public async Task A_list_is_narrowed_by_each_of_its_filters_and_its_pages_come_in_the_order_of_names()
    {
        using var good = await world.EnrolAsync("lists-b");
        using var bad = await world.EnrolAsync("lists-A", new { labels = new { lists = "yes" } });
        using var held = await world.EnrolAsync("lists-c");
        using var gone = await world.EnrolAsync("lists-gone");
        await good.ReportAsync("firewall=pass", "timeSync=pass");
        await bad.ReportAsync("firewall=fail", "timeSync=pass");
        await held.ReportAsync("firewall=pass");
        await world.ActAsync($"{held.Id}/hold");
        await world.ActAsync($"{gone.Id}/retire");
        await PutRuleAsync("lists-rule", new { when = "context.posture.firewall.pass", labels = new { lists = "yes" } });
        await EventuallyAsync(async () => (await ListAsync("health=red&rule=lists-rule")).Count > 0);

        Assert.Equal(["lists-A", "lists-b", "lists-c"], await ListAsync("search=lists"));
        Assert.Equal(["lists-A"], await ListAsync("search=lists&rule=lists-rule"));
        Assert.Equal(["lists-A"], await ListAsync("search=lists&fact=firewall"));
        Assert.Equal(["lists-b", "lists-c"], await ListAsync("search=lists&fact=firewall&result=pass"));
        Assert.Equal(["lists-c"], await ListAsync("search=lists&fact=timeSync&result=unknown"));
        Assert.Equal(["lists-b"], await ListAsync("search=lists&health=green"));
        Assert.Equal(["lists-c"], await ListAsync("search=lists&standing=held"));
        Assert.Equal(["lists-gone"], await ListAsync("search=lists&standing=retired"));
        Assert.Equal([], await ListAsync("search=lists&platform=windows"));
        Assert.Equal([], await ListAsync("search=lists&owner=nobody-of-that-name"));
        Assert.Equal([], await ListAsync("search=lists&rule=lists"));

        var first = await world.Local.GetFromJsonAsync<JsonElement>("devices?search=lists&limit=2");
        var second = await world.Local.GetFromJsonAsync<JsonElement>($"devices?search=lists&limit=2&cursor={first.GetProperty("next").GetString()}");
        Assert.Equal(["lists-A", "lists-b", "lists-c"], [.. Names(first), .. Names(second)]);
    }

    [Theory]
    [InlineData("health=purple", "health")]
    [InlineData("standing=lost", "standing")]
    [InlineData("fact=firewall&result=maybe", "result")]
    [InlineData("result=pass", "result")]
    [InlineData("fact=fire", "fact")]
    [InlineData("platform=amiga", "platform")]
    public async Task A_filter_that_says_nothing_is_refused_and_not_taken_for_none(string query, string field)
    {
        using var response = await world.Local.GetAsync($"devices?{query}");
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((HttpStatusCode.BadRequest, field), (response.StatusCode, problem.GetProperty("field").GetString()));
    }

    [Fact]
    public async Task No_device_is_called_by_the_id_of_another_and_a_number_behind_a_name_makes_it_no_longer_than_names_are()
    {
        var name = new string('n', 64);
        using var first = await world.EnrolAsync("ids", new { name });
        using var second = await world.EnrolAsync("ids", new { name });
        Assert.Equal($"{name[..62]}-2", (await world.ShowAsync(second.Id)).GetProperty("name").GetString());

        using var renamed = await world.Local.PostAsJsonAsync($"devices/{first.Id}/rename", new { name = second.Id });
        Assert.Equal(HttpStatusCode.Conflict, renamed.StatusCode);
        using var third = await world.EnrolAsync("ids", new { name = second.Id });
        Assert.Equal($"{second.Id}-2", (await world.ShowAsync(third.Id)).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Figures_count_what_the_lists_behind_them_hold_and_a_held_device_is_red()
    {
        using var device = await world.EnrolAsync("figures", new { labels = new { figures = "yes" } });
        await device.ReportAsync("firewall=fail", "screenLock=pass");
        await PutRuleAsync("figures-rule", new { when = "context.posture.firewall.pass", severity = "warn", labels = new { figures = "yes" } });
        await EventuallyAsync(async () => (await ListAsync("rule=figures-rule")).Count == 1);
        using var silent = await world.EnrolAsync("figures-silent");
        Assert.Contains("figures-silent", await ListAsync("fact=screenLock&result=unknown"));
        await Task.Delay(TimeSpan.FromSeconds(1.1), TimeProvider.System, TestContext.Current.CancellationToken); // figures are at most a second old
        var figures = (await world.Local.GetFromJsonAsync<ComplianceFigures>("devices/compliance"))!;
        Assert.Equal(new RuleFigures("figures-rule", 1, 1), figures.Rules.Single(static rule => rule.Rule == "figures-rule"));
        Assert.Equal((await ListAsync("fact=firewall")).Count, figures.Facts.Single(static fact => fact.Fact == "firewall").Fail);
        Assert.Equal((await ListAsync("fact=screenLock&result=unknown")).Count, figures.Facts.Single(static fact => fact.Fact == "screenLock").Unknown);
        Assert.Equal((await ListAsync("health=yellow")).Count, figures.Health.Yellow);
        Assert.Equal(figures.Devices, figures.Platforms.Sum(static platform => platform.Devices));
        Assert.Contains("figures", await ListAsync("health=yellow"));
        await world.ActAsync($"{device.Id}/hold");
        Assert.DoesNotContain("figures", await ListAsync("health=yellow"));
        Assert.Contains("figures", await ListAsync("health=red"));
    }

    [Fact]
    public async Task A_trial_says_what_changes_against_the_rule_in_force_and_what_is_only_not_known()
    {
        var labels = new { turns = "yes" };
        using var firewallOff = await world.EnrolAsync("turns-firewall", new { labels });
        using var clockOff = await world.EnrolAsync("turns-clock", new { labels });
        using var silent = await world.EnrolAsync("turns-silent", new { labels });
        await firewallOff.ReportAsync("firewall=fail", "timeSync=pass");
        await clockOff.ReportAsync("firewall=pass", "timeSync=fail");
        await silent.ReportAsync("firewall=pass");
        await PutRuleAsync("turns", new { when = "context.posture.firewall.pass", labels });

        var trial = await TryAsync(new { name = "turns", spec = new { when = "context.posture.timeSync.pass", labels } });
        Assert.Equal((3, 2, 1, 2, 1), (trial.Devices, trial.Failing, trial.Unknown, trial.NewlyFailing, trial.NewlyPassing));
        Assert.Equal(
            ["turns-clock newly-failing", "turns-firewall newly-passing", "turns-silent newly-failing unknown"],
            trial.First.Select(static device => $"{device.Name} {device.Change}{(device.IsUnknown ? " unknown" : "")}"));
        var same = await TryAsync(new { name = "turns", spec = new { when = "context.posture.firewall.pass", labels } });
        Assert.Equal((1, 0, 0, "failing"), (same.Failing, same.NewlyFailing, same.NewlyPassing, same.First.Single().Change));
        var beside = await TryAsync(new { spec = new { when = "context.posture.firewall.pass", labels } });
        Assert.Equal((1, 1), (beside.Failing, beside.NewlyFailing));
        var narrower = await TryAsync(new { name = "turns", spec = new { when = "context.posture.firewall.pass", labels = new { turns = "no" } } });
        Assert.Equal((0, 0, 1), (narrower.Devices, narrower.Failing, narrower.NewlyPassing));
    }

    [Fact]
    public async Task One_device_tells_each_fact_with_its_age_and_each_rule_with_the_grace_that_is_left()
    {
        using var device = await world.EnrolAsync("told", new { labels = new { told = "yes" } });
        await device.ReportAsync("firewall=fail", "timeSync=pass");
        await PutRuleAsync("told-rule", new { when = "context.posture.firewall.pass", grace = "1d", labels = new { told = "yes" } });
        await EventuallyAsync(async () => (await ListAsync("rule=told-rule")).Count == 1);
        var detail = await world.Local.GetFromJsonAsync<JsonElement>("devices/told");
        var rule = detail.GetProperty("rules").EnumerateArray().Single(static one => one.GetProperty("rule").GetString() == "told-rule");
        Assert.False(rule.GetProperty("holds").GetBoolean());
        Assert.Equal(TimeSpan.FromDays(1), rule.GetProperty("until").GetDateTimeOffset() - rule.GetProperty("since").GetDateTimeOffset());
        Assert.Equal("Turn the firewall on.", rule.GetProperty("reasons")[0].GetProperty("fix").GetString());
        var fact = detail.GetProperty("facts").EnumerateArray().Single(static one => one.GetProperty("name").GetString() == "firewall");
        Assert.Equal(detail.GetProperty("device").GetProperty("lastReport").GetDateTimeOffset(), fact.GetProperty("at").GetDateTimeOffset());
        await device.ReportAsync("firewall=pass");
        var changes = await world.Local.GetFromJsonAsync<JsonElement>("devices/told/history?fact=firewall");
        Assert.Equal(["pass", "fail"], changes.GetProperty("items").EnumerateArray().Select(static one => one.GetProperty("state").GetString()));
    }

    [Theory]
    [InlineData("context.posture.", "firewall")]
    [InlineData("context.", "keyAssurance")]
    [InlineData("context.posture.firewall.pass && context.posture.timeSync.", "pass")]
    public async Task An_author_is_told_what_may_stand_at_the_cursor_of_an_expression(string when, string proposed)
    {
        var answer = await AssistAsync(new { cedar = when, offset = when.Length });
        var proposals = answer.GetProperty("proposals");
        Assert.Equal(when.Length, proposals.GetProperty("start").GetInt32());
        Assert.Contains(proposed, proposals.GetProperty("items").EnumerateArray().Select(static item => item.GetProperty("text").GetString()));
    }

    [Theory]
    [InlineData("context.posture.nothing.pass", 0, 28)]
    [InlineData("context.posture.firewall.pass &&", 0, 32)]
    [InlineData("context.posture.firewall.pass &&\n  context.posture.nothing.pass", 33, 63)]
    public async Task A_mistake_is_told_inside_of_the_expression(string when, int from, int to)
    {
        var error = (await AssistAsync(new { cedar = when })).GetProperty("errors")[0];
        Assert.InRange(error.GetProperty("start").GetInt32(), from, to);
        Assert.InRange(error.GetProperty("start").GetInt32() + error.GetProperty("length").GetInt32(), from, to);
        Assert.Empty((await AssistAsync(new { cedar = "context.posture.firewall.pass" })).GetProperty("errors").EnumerateArray());
    }

    private async Task<JsonElement> AssistAsync(object body)
    {
        using var asked = await world.Local.PostAsJsonAsync("devices/compliance/assist", body);
        Assert.True(asked.IsSuccessStatusCode, await asked.Content.ReadAsStringAsync());
        return await asked.Content.ReadFromJsonAsync<JsonElement>();
    }

    private async Task<RuleTrial> TryAsync(object body)
    {
        using var asked = await world.Local.PostAsJsonAsync("devices/compliance/check", body);
        Assert.True(asked.IsSuccessStatusCode, await asked.Content.ReadAsStringAsync());
        return (await asked.Content.ReadFromJsonAsync<RuleTrial>())!;
    }

    private async Task<IReadOnlyList<string>> ListAsync(string query) => Names(await world.Local.GetFromJsonAsync<JsonElement>($"devices?{query}"));

    private static List<string> Names(JsonElement page) => [.. page.GetProperty("items").EnumerateArray().Select(static item => item.GetProperty("name").GetString()!)];

    private async Task PutRuleAsync(string name, object spec)
    {
        using var put = await world.Local.PutAsJsonAsync($"posturerules/{name}", new { spec });
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync());
    }

    private static async Task EventuallyAsync(Func<Task<bool>> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!await holds()) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, limit.Token);
    }
}
