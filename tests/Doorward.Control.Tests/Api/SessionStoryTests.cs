using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Sessions;

namespace Doorward.Control.Tests.Api;

/// <summary>One session as it is told, and ending several at once.</summary>
public sealed class SessionStoryTests
{
    [Fact]
    public async Task A_session_tells_its_sign_in_its_evidence_with_ages_and_how_it_ended()
    {
        await using var host = await ApiHost.StartAsync();
        using var put = await host.Local.PutAsJsonAsync("networks/office", new { spec = new { ranges = new[] { "192.0.2.0/24" } } });
        Assert.True(put.IsSuccessStatusCode);
        var id = await BeginAsync(host, "alice", "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0");
        var live = await host.Local.GetFromJsonAsync<JsonElement>($"sessions/{id}");
        Assert.Equal("alice", live.GetProperty("session").GetProperty("user").GetString());
        Assert.Equal("192.0.2.44", live.GetProperty("began").GetString());
        Assert.Contains("Firefox", live.GetProperty("agent").GetString(), StringComparison.Ordinal);
        Assert.True(live.GetProperty("idleUntil").GetDateTimeOffset() > TimeProvider.System.GetUtcNow());
        var facts = live.GetProperty("evidence").EnumerateArray().ToDictionary(static fact => fact.GetProperty("fact").GetString()!, StringComparer.Ordinal);
        Assert.Equal("office", facts["network.names"].GetProperty("value").GetString());
        Assert.Equal("sign-in", facts["session.methods"].GetProperty("source").GetString());
        Assert.Matches(@"^(\d+m )?\d+s$", facts["session.methods"].GetProperty("age").GetString());

        Assert.Equal(HttpStatusCode.OK, (await host.Local.PostAsJsonAsync("sessions/revoke", new { id, reason = "left" })).StatusCode);
        var over = await host.Local.GetFromJsonAsync<JsonElement>($"sessions/{id}");
        Assert.Equal(("Revoked", "left"), (over.GetProperty("session").GetProperty("end").GetProperty("cause").GetString(), over.GetProperty("session").GetProperty("end").GetProperty("reason").GetString()));
        Assert.Empty(over.GetProperty("evidence").EnumerateArray());
        Assert.Equal(HttpStatusCode.NotFound, (await host.Local.GetAsync("sessions/ses_nothing")).StatusCode);
    }

    [Fact]
    public async Task A_session_whose_time_is_over_says_so_before_anybody_wrote_it_down()
    {
        await using var host = await ApiHost.StartAsync();
        var id = await BeginAsync(host, "alice");
        await using (var db = host.Control.Open())
        {
            db.Sessions.Single(s => s.Id == id).LastUse = TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(1);
            await db.SaveChangesAsync();
        }

        var end = (await host.Local.GetFromJsonAsync<JsonElement>($"sessions/{id}")).GetProperty("session").GetProperty("end");
        Assert.Equal("Idle", end.GetProperty("cause").GetString());
    }

    [Fact]
    public async Task A_selection_is_ended_at_once_and_names_those_that_were_over()
    {
        await using var host = await ApiHost.StartAsync();
        var (alice, bob, gone) = (await BeginAsync(host, "alice"), await BeginAsync(host, "bob"), await BeginAsync(host, "carol"));
        Assert.Equal(HttpStatusCode.OK, (await host.Local.PostAsJsonAsync("sessions/revoke", new { id = gone })).StatusCode);
        using var again = await host.Local.PostAsJsonAsync("sessions/revoke", new { id = gone });
        Assert.Equal(HttpStatusCode.NotFound, again.StatusCode);
        Assert.Contains("It is over already", await again.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var answer = await host.Local.PostAsJsonAsync("sessions/revoke", new { ids = new[] { alice, bob, gone }, reason = "spring cleaning" });
        var ended = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(2, ended.GetProperty("revoked").GetInt32());
        Assert.Equal([gone], ended.GetProperty("over").EnumerateArray().Select(static id => id.GetString()));

        // Found again by the session that it was done to.
        var records = (await host.Local.GetFromJsonAsync<JsonElement>($"audit/records?session={bob}")).GetProperty("items").EnumerateArray().Select(static record => record.GetProperty("action").GetString());
        Assert.Equal(["session.revoke"], records);
    }

    [Theory]
    [InlineData("""{"user":"alice"}""")]
    [InlineData("""{"all":true}""")]
    public async Task The_record_of_an_end_names_the_sessions_however_they_were_meant(string body)
    {
        await using var host = await ApiHost.StartAsync();
        var alice = await BeginAsync(host, "alice");
        using var answer = await host.Local.PostAsync("sessions/revoke", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var records = (await host.Local.GetFromJsonAsync<JsonElement>($"audit/records?session={alice}")).GetProperty("items").EnumerateArray().Select(static record => record.GetProperty("action").GetString());
        Assert.Equal(["session.revoke"], records);
    }

    [Fact]
    public async Task Whoever_may_not_end_one_of_a_selection_ends_none_of_it()
    {
        await using var host = await ApiHost.StartAsync();
        var bob = await BeginAsync(host, "bob");
        var root = await BeginAsync(host, "root", group: "administrators");
        using var helpdesk = await host.PersonAsync("holly", "helpdesk");
        Assert.Equal(HttpStatusCode.Forbidden, (await helpdesk.PostAsJsonAsync("sessions/revoke", new { ids = new[] { bob, root } })).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await helpdesk.PostAsJsonAsync("sessions/revoke", new { ids = new[] { bob, "ses_unknown" } })).StatusCode);
        Assert.Contains(bob, await host.Local.GetStringAsync("sessions"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await helpdesk.PostAsJsonAsync("sessions/revoke", new { ids = new[] { bob } })).StatusCode);
        Assert.DoesNotContain(bob, await host.Local.GetStringAsync("sessions"), StringComparison.Ordinal);
        Assert.Contains(root, await host.Local.GetStringAsync("sessions"), StringComparison.Ordinal);
    }

    private static async Task<string> BeginAsync(ApiHost host, string name, string? agent = null, string? group = null)
    {
        var user = await host.AddAsync(name, group);
        var begun = await host.Control.Sessions.StartAsync(
            new SignIn { UserId = user.Id, Assurance = 2, Methods = ["otp", "pwd"], SecurityEpoch = user.SecurityEpoch, Address = "192.0.2.44", UserAgent = agent }, CancellationToken.None);
        return begun!.Session.Id;
    }
}
