using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Changes;
using Doorward.Control.Devices.Reports;
using Doorward.Core.Protocol;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using State = Doorward.Core.Protocol.PostureReportFact.Types.State;

namespace Doorward.Control.Tests.Devices;

public sealed class ReportTests(DeviceWorld world) : IClassFixture<DeviceWorld>
{
    [Fact]
    public async Task A_device_that_reports_is_compliant_and_its_facts_are_known_with_their_history()
    {
        using var device = await world.EnrolAsync();
        Assert.Equal("red", (await device.StatusAsync()).Message?.Colour);
        var answer = await device.ReportAsync("firewall=pass", "diskEncryption=fail", "timeSync=unknown", "noSuchFact=pass");
        Assert.Equal((HttpStatusCode.OK, 1UL, "green"), (answer.Status, answer.Message?.Sequence ?? 0, answer.Message?.Health.Colour));
        Assert.Equal(["noSuchFact"], answer.Message!.Ignored);
        await device.ReportAsync("firewall=fail");

        var shown = await world.Local.GetStringAsync($"devices/{device.Id}");
        var facts = JsonDocument.Parse(shown).RootElement.GetProperty("facts").EnumerateArray()
            .Select(fact => $"{fact.GetProperty("name").GetString()}={fact.GetProperty("state").GetString()} {fact.GetProperty("provenance").GetString()}");
        Assert.Equal(["diskEncryption=fail agent-signed", "firewall=fail agent-signed", "timeSync=unknown agent-signed"], facts);
        Assert.True((await world.ShowAsync(device.Id)).GetProperty("compliant").GetBoolean());
        var history = JsonDocument.Parse(await world.Local.GetStringAsync($"devices/{device.Id}/history?limit=1")).RootElement;
        Assert.Equal("fail", history.GetProperty("items")[0].GetProperty("state").GetString());
        Assert.NotNull(history.GetProperty("next").GetString());
    }

    [Fact]
    public async Task A_report_that_says_nothing_new_writes_nothing()
    {
        using var device = await world.EnrolAsync();
        await device.ReportAsync("firewall=pass");
        var before = await HeadAsync();
        for (var i = 0; i < 3; i++) Assert.Equal(HttpStatusCode.OK, (await device.ReportAsync("firewall=pass")).Status);
        Assert.Equal(before, await HeadAsync());
        await device.ReportAsync("firewall=fail");
        Assert.Equal(before + 1, await HeadAsync());
    }

    [Fact]
    public async Task A_fact_that_is_not_read_for_each_report_is_as_old_as_its_reading_for_people_and_gateways()
    {
        using var device = await world.EnrolAsync();
        await device.ReportAsync("firewall=pass", "securityUpdates=pass");
        var read = TimeProvider.System.GetUtcNow().AddMinutes(-10);
        Assert.Equal(HttpStatusCode.OK, await SayAsync(read));
        await device.ReportAsync("firewall=fail");
        var facts = JsonDocument.Parse(await world.Local.GetStringAsync($"devices/{device.Id}")).RootElement.GetProperty("facts").EnumerateArray()
            .ToDictionary(static fact => fact.GetProperty("name").GetString()!, static fact => fact.GetProperty("at").GetDateTimeOffset());
        Assert.InRange((facts["securityUpdates"] - read).Duration(), TimeSpan.Zero, TimeSpan.FromSeconds(30));
        Assert.InRange((facts["firewall"] - read).Duration(), TimeSpan.FromMinutes(9), TimeSpan.MaxValue);
        await using var db = world.Control.Open();
        var told = Doorward.Control.Devices.DeviceFace.StateOf(db.Devices.Single(d => d.Id == device.Id)).Facts.ToDictionary(static fact => fact.Name, static fact => fact.At);
        Assert.Equal((facts["securityUpdates"], null), (told["securityUpdates"].ToDateTimeOffset(), told["firewall"]));

        // Read again and found the same: that is news, but none for the history.
        var before = await HeadAsync();
        Assert.Equal(HttpStatusCode.OK, await SayAsync(read.AddMinutes(10)));
        Assert.Equal(before + 1, await HeadAsync());
        Assert.DoesNotContain("securityUpdates", await world.Local.GetStringAsync($"devices/{device.Id}/history?limit=1"), StringComparison.Ordinal);

        async Task<HttpStatusCode> SayAsync(DateTimeOffset at)
        {
            var report = device.Report(device.Accepted, new Dictionary<string, State> { ["securityUpdates"] = State.Pass });
            report.Facts[0].Read = at.ToUnixTimeMilliseconds();
            return (await device.SendReportAsync(device.Sign(report))).Status;
        }
    }

    [Theory]
    [InlineData("unsigned", "unsigned")]
    [InlineData("signed by another key", "unsigned")]
    [InlineData("altered", "unsigned")]
    [InlineData("about another device", "other-device")]
    [InlineData("from the future", "clock")]
    [InlineData("from the past", "clock")]
    [InlineData("without a nonce", "other-nonce")]
    [InlineData("with another device's nonce", "other-nonce")]
    [InlineData("no report", "malformed")]
    public async Task A_report_that_is_not_in_order_changes_nothing(string what, string code)
    {
        using var device = await world.EnrolAsync();
        using var other = await world.EnrolAsync();
        Assert.Equal(HttpStatusCode.OK, (await device.ReportAsync("firewall=fail")).Status);
        var lie = device.Report(device.Accepted, new Dictionary<string, State> { ["firewall"] = State.Pass });
        var signed = device.Sign(lie);
        switch (what)
        {
            case "unsigned":
                signed = new SignedPostureReport { Report = lie.ToByteString() }.ToByteArray();
                break;
            case "signed by another key":
                signed = device.Sign(lie, other.Key);
                break;
            case "altered":
                signed[^70] ^= 1;
                break;
            case "about another device":
                lie.Device = other.Id;
                signed = device.Sign(lie);
                break;
            case "from the future" or "from the past":
                lie.Time += what == "from the future" ? 120_000 : -3 * 3_600_000;
                signed = device.Sign(lie);
                break;
            case "without a nonce" or "with another device's nonce":
                lie.Nonce = what == "without a nonce" ? ByteString.Empty : ByteString.CopyFrom(other.Nonce);
                signed = device.Sign(lie);
                break;
            case "no report":
                signed = [1, 2, 3];
                break;
        }

        var (status, _, problem) = await device.SendReportAsync(signed);

        Assert.Equal(code, problem?.Code);
        Assert.NotEqual(HttpStatusCode.OK, status);
        Assert.Contains("\"state\":\"fail\"", await world.Local.GetStringAsync($"devices/{device.Id}"), StringComparison.Ordinal);

        // An honest device has another nonce at each start: that alone is nothing for the record.
        Assert.Equal(code == "other-nonce" ? 0 : 1, (await world.AuditAsync("device-refused")).Count(entry => entry.GetProperty("target").GetString() == device.Id));

        // It goes on as if nothing had been.
        Assert.Equal(HttpStatusCode.OK, (await device.ReportAsync("firewall=pass")).Status);
        Assert.Equal("active", (await world.ShowAsync(device.Id)).GetProperty("standing").GetString());
    }

    [Fact]
    public async Task A_clock_that_is_off_is_told_so_in_words()
    {
        using var device = await world.EnrolAsync();
        device.Now = () => TimeProvider.System.GetUtcNow().AddHours(-5);
        Assert.Equal("The clock of this machine is behind by more than a minute.", (await device.ReportAsync("firewall=pass")).Problem?.Detail);
    }

    [Fact]
    public async Task A_report_of_ten_megabytes_is_cut_off()
    {
        using var device = await world.EnrolAsync();
        Assert.Equal("too-large", (await device.SendReportAsync(new byte[10 * 1024 * 1024])).Problem?.Code);
        Assert.Equal(HttpStatusCode.OK, (await device.ReportAsync("firewall=pass")).Status);
    }

    [Fact]
    public async Task A_report_that_is_sent_again_is_refused_and_the_device_goes_on()
    {
        using var device = await world.EnrolAsync();
        var first = device.Sign(device.Report(0, new Dictionary<string, State> { ["firewall"] = State.Pass }));
        Assert.Equal(HttpStatusCode.OK, (await device.SendReportAsync(first)).Status);
        Assert.Equal("replayed", (await device.SendReportAsync(first)).Problem?.Code);
        Assert.Equal(HttpStatusCode.OK, (await device.ReportAsync("firewall=fail")).Status);
        Assert.Equal("replayed", (await device.SendReportAsync(first)).Problem?.Code);
        Assert.Equal("active", (await world.ShowAsync(device.Id)).GetProperty("standing").GetString());
    }

    [Fact]
    public async Task A_machine_that_lost_answers_in_crashes_goes_on_with_the_whole()
    {
        using var device = await world.EnrolAsync();
        await device.ReportAsync("firewall=pass");
        var kept = (device.Nonce, device.Accepted);
        for (var crash = 0; crash < 3; crash++)
        {
            (device.Nonce, device.Accepted) = kept;
            Assert.Equal(HttpStatusCode.OK, (await device.ReportAsync("timeSync=pass")).Status);
        }

        Assert.Equal(HttpStatusCode.OK, (await device.ReportAsync()).Status);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    public async Task Of_a_cloned_disk_both_machines_are_held_until_an_administrator_says(ulong ahead)
    {
        using var device = await world.EnrolAsync();
        await device.ReportAsync("firewall=pass");
        using var clone = device.Clone();
        await device.ReportAsync();
        await device.ReportAsync();

        // A clone that woke up later has an older number. One that tried for long without a network has a newer one: it is the other's that is found.
        clone.Sequence += ahead;
        if ((await clone.ReportAsync("firewall=pass")).Problem is { } found) Assert.Equal("forked", found.Code);
        Assert.Equal("forked", (await device.ReportAsync()).Problem?.Code);
        Assert.Equal("forked", (await clone.ReportAsync()).Problem?.Code);
        var shown = await world.ShowAsync(device.Id);
        Assert.Equal(("held", "forked", false), (shown.GetProperty("standing").GetString(), shown.GetProperty("held").GetString(), shown.GetProperty("compliant").GetBoolean()));
        Assert.Single(await world.AuditAsync("device-forked"), entry => entry.GetProperty("target").GetString() == device.Id);
        Assert.Contains("Two machines", (await device.StatusAsync()).Message?.Reasons[0].What, StringComparison.Ordinal);

        await world.ActAsync($"{device.Id}/release");
        Assert.False((await world.ShowAsync(device.Id)).GetProperty("compliant").GetBoolean());
        Assert.Equal(HttpStatusCode.OK, (await device.ReportAsync("firewall=pass")).Status);
        Assert.True((await world.ShowAsync(device.Id)).GetProperty("compliant").GetBoolean());
        await clone.ReportAsync("firewall=pass");
        await device.ReportAsync();
        Assert.Equal("forked", (await world.ShowAsync(device.Id)).GetProperty("held").GetString());
    }

    [Fact]
    public async Task A_device_in_quarantine_reports_on_and_is_compliant_only_after_it()
    {
        using var device = await world.EnrolAsync();
        await device.ReportAsync("firewall=pass");
        await world.ActAsync($"{device.Id}/hold", new { reason = "Look at it first." });
        var answer = await device.ReportAsync("firewall=fail");
        Assert.Equal("red", answer.Message?.Health.Colour);
        Assert.Contains("Look at it first.", answer.Message?.Health.Reasons[0].What, StringComparison.Ordinal);
        Assert.False((await world.ShowAsync(device.Id)).GetProperty("compliant").GetBoolean());
        await world.ActAsync($"{device.Id}/release");
        await device.ReportAsync();
        Assert.True((await world.ShowAsync(device.Id)).GetProperty("compliant").GetBoolean());
        Assert.Equal(
            ["not-compliant", "compliant"],
            (await world.AuditAsync("device-compliance-change")).Where(entry => entry.GetProperty("target").GetString() == device.Id).Select(entry => entry.GetProperty("outcome").GetString()).TakeLast(2));
    }

    [Fact]
    public async Task Releasing_a_device_that_is_not_held_says_so_and_takes_nothing_from_it()
    {
        using var device = await world.EnrolAsync();
        await device.ReportAsync("firewall=pass");
        await world.ActAsync($"{device.Id}/hold");
        await device.ReportAsync();
        await world.ActAsync($"{device.Id}/release");
        Assert.True((await world.ShowAsync(device.Id)).GetProperty("compliant").GetBoolean()); // it was heard of all the time
        Assert.Equal("green", (await device.StatusAsync()).Message?.Colour);
        using var again = await world.Local.PostAsJsonAsync($"devices/{device.Id}/release", new { });
        var problem = await again.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal((HttpStatusCode.Conflict, "This device is not held."), (again.StatusCode, problem.GetProperty("detail").GetString()));
        Assert.True((await world.ShowAsync(device.Id)).GetProperty("compliant").GetBoolean());
        Assert.Equal("green", (await device.StatusAsync()).Message?.Colour);
    }

    [Fact]
    public async Task After_a_control_plane_that_was_killed_numbers_that_it_lost_are_no_fork_and_a_clone_still_is()
    {
        using var device = await world.EnrolAsync();
        await device.ReportAsync("firewall=pass");
        using var clone = device.Clone();
        var ledger = world.Control.Services.GetRequiredService<ReportLedger>();
        await ledger.FlushAsync(CancellationToken.None);
        await device.ReportAsync();
        await device.ReportAsync();

        ledger.Forget(device.Id); // what was in memory only is gone, as by kill -9
        Assert.Equal(HttpStatusCode.OK, (await device.ReportAsync()).Status);
        Assert.Equal("forked", (await clone.ReportAsync()).Problem?.Code);
    }

    [Fact]
    public async Task A_device_that_reports_without_end_is_slowed_down_and_goes_on_after()
    {
        using var device = await world.EnrolAsync();
        var answers = new List<HttpStatusCode>();
        for (var i = 0; i < ReportLine.Burst * 3 && answers.LastOrDefault() != HttpStatusCode.TooManyRequests; i++)
            answers.Add((await device.ReportAsync($"firewall={(i % 2 == 0 ? "pass" : "fail")}")).Status);
        Assert.Equal(HttpStatusCode.TooManyRequests, answers[^1]);
        Assert.InRange(answers.Count, ReportLine.Burst, ReportLine.Burst * 3);
        await Task.Delay(ReportLine.Interval * 1.5, TimeProvider.System);
        Assert.Equal(HttpStatusCode.OK, (await device.ReportAsync("firewall=pass")).Status);
    }

    private async Task<long> HeadAsync()
    {
        await using var db = world.Control.Open();
        return (await ChangeLog.HeadAsync(db, CancellationToken.None)).Revision;
    }
}
