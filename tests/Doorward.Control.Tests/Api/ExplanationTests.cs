using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Decisions;
using Doorward.Control.Storage;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Doorward.Core.Protocol;
using Google.Protobuf.WellKnownTypes;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Tests.Api;

/// <summary>What an administrator is told of a reference, and of what has become of a decision since.</summary>
public sealed class ExplanationTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_refusal_that_a_gateway_told_of_is_explained_by_its_reference()
    {
        using var gateway = await _host.Control.JoinAsync("east");
        using var feed = await gateway.FollowAsync();
        await feed.SendAsync(new GatewayMessage
        {
            Refused = new Refused
            {
                Requests =
                {
                    new RefusedRequest
                    {
                        Reference = "ref_a", At = TimeProvider.System.GetUtcNow().ToTimestamp(), Status = 502, Code = "upstream-down", Told = "It does not answer.",
                        Detail = "the upstream http://127.0.0.1:9 refused the connection", Application = "wiki", Host = "wiki.doorward.localhost", Method = "GET", Path = new string('p', 5_000),
                    },
                    new RefusedRequest { Reference = "dec_forged", Status = 403, Code = "x" },
                },
            },
        });

        var explained = await EventuallyAsync("ref_a");

        Assert.Equal(("none", "upstream-down", "east"), (Text(explained, "decision"), Text(explained, "cause"), Text(explained, "gateway")));
        Assert.Equal("the upstream http://127.0.0.1:9 refused the connection", Text(explained, "detail"));
        Assert.True(Text(explained, "request")!.Length < 600);
        Assert.Equal("ref_a", Text(await ExplainAsync("last"), "id")); // nothing was decided yet
        using var forged = await _host.Local.GetAsync("decisions/dec_forged/explanation");
        Assert.Equal(HttpStatusCode.NotFound, forged.StatusCode);
    }

    [Theory]
    [InlineData("ref_unknown", "7 days", "gateway's log")]
    [InlineData("dec_unknown", "30 days", "reference")]
    [InlineData("last", "Sign in", "sent to sign in")]
    public async Task What_is_not_kept_is_said_to_be_so_with_where_else_to_look(string reference, string first, string second)
    {
        using var answer = await _host.Local.GetAsync($"decisions/{reference}/explanation");
        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var fix = Text(await answer.Content.ReadFromJsonAsync<JsonElement>(), "fix")!;
        Assert.Contains(first, fix, StringComparison.Ordinal);
        Assert.Contains(second, fix, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_allow_says_today_what_ended_it_since_by_whom_and_why()
    {
        var session = await AllowedAsync();
        Assert.Equal("allow", Text((await ExplainAsync("dec_a")).GetProperty("today"), "decision"));

        using var revoked = await _host.Local.PostAsJsonAsync("sessions/revoke", new { id = session, reason = "lost laptop", note = "ticket 4711" });
        Assert.True(revoked.IsSuccessStatusCode, await revoked.Content.ReadAsStringAsync());

        var explained = await ExplainAsync("last");
        var (today, end) = (explained.GetProperty("today"), explained.GetProperty("sessionEnd"));
        Assert.Equal(("allow", "deny", "SessionEnded"), (Text(explained, "decision"), Text(today, "decision"), Text(today, "cause")));
        Assert.Equal(("Revoked", "local", "lost laptop", "an administrator ended this session: lost laptop"), (Text(end, "cause"), Text(end, "by"), Text(end, "reason"), Text(end, "told")));
        Assert.Contains("lost laptop", Text(today, "why"), StringComparison.Ordinal);
        Assert.False(today.GetProperty("same").GetBoolean());
        Assert.DoesNotContain("4711", explained.ToString(), StringComparison.Ordinal); // the audit log's only
        Assert.Contains(await _host.AuditAsync(), line => line.ToString().Contains("ticket 4711", StringComparison.Ordinal));
        var list = await _host.Local.GetFromJsonAsync<JsonElement>("sessions?ended=true");
        Assert.Equal("lost laptop", Text(list.GetProperty("items")[0].GetProperty("end"), "reason"));
        Assert.Equal(0, (await _host.Local.GetFromJsonAsync<JsonElement>("sessions")).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("user disabled", "SubjectDisabled", "account was disabled")]
    [InlineData("user deleted", "SubjectDisabled", "account was deleted")]
    [InlineData("application deleted", "ApplicationRemoved", "was deleted")]
    [InlineData("sign-in too old", "SignInTooOld", "too old")]
    [InlineData("policy deleted", "NoPermit", "no policy")]
    [InlineData("group left", "NoPermit", "no policy")]
    public async Task An_allow_says_today_what_else_has_closed_the_door_since(string what, string cause, string why)
    {
        await AllowedAsync();
        using var done = what switch
        {
            "user disabled" => await _host.Local.PutAsJsonAsync("users/alice", new { spec = new { disabled = true } }),
            "user deleted" => await _host.Local.DeleteAsync("users/alice"),
            "application deleted" => await _host.Local.DeleteAsync("applications/wiki"),
            "sign-in too old" => await PutWikiAsync("1s"),
            "policy deleted" => await _host.Local.DeleteAsync("policies/wiki"),
            _ => await _host.Local.PutAsJsonAsync("groups/staff", new { spec = new { members = Array.Empty<string>() } }),
        };
        Assert.True(done.IsSuccessStatusCode, await done.Content.ReadAsStringAsync());

        var today = (await ExplainAsync("last")).GetProperty("today");

        Assert.Equal(("deny", cause), (Text(today, "decision"), Text(today, "cause")));
        Assert.Contains(why, Text(today, "why"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_denial_names_the_policies_that_would_have_let_somebody_else_in_and_an_allow_names_none()
    {
        await AllowedAsync();
        Assert.Empty((await ExplainAsync("dec_a")).GetProperty("nearMisses").EnumerateArray());
        await using (var db = _host.Control.Open())
        {
            var allowed = await db.Decisions.AsNoTracking().SingleAsync();
            var facts = (await db.EvaluationInputs.SingleAsync()).Json.Replace("\"staff\"", "\"others\"", StringComparison.Ordinal);
            var hash = EvaluationInput.HashOf(System.Text.Encoding.UTF8.GetBytes(facts));
            db.EvaluationInputs.Add(new EvaluationInputEntry { Hash = hash, Json = facts, LastUsed = allowed.At });
            db.Decisions.Add(new DecisionEntry
            {
                Id = "dec_d",
                Gateway = "edge",
                At = allowed.At,
                Allowed = false,
                Cause = nameof(DecisionCause.NoPermit),
                Application = "wiki",
                Action = "read",
                PolicyRevision = allowed.PolicyRevision,
                Revision = 2,
                InputHash = hash,
                MomentJson = allowed.MomentJson,
            });
            await db.SaveChangesAsync();
        }

        var near = Assert.Single((await ExplainAsync("dec_d")).GetProperty("nearMisses").EnumerateArray());
        Assert.Equal(("wiki", "principal in Group::\"staff\""), (Text(near, "name"), Text(near, "principal")));
    }

    [Fact]
    public async Task The_newest_decision_is_not_hidden_by_a_later_visit_without_a_session_but_names_it()
    {
        await AllowedAsync();
        await RefuseAsync("ref_later", null, TimeProvider.System.GetUtcNow().AddMinutes(1));

        var explained = await ExplainAsync("last");

        Assert.Equal("dec_a", Text(explained, "id"));
        Assert.Contains("ref_later", Text(explained, "later"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refusals_pass_with_their_time_and_of_too_many_the_oldest_and_nobodys_push_out_no_persons()
    {
        var now = TimeProvider.System.GetUtcNow();
        await RefuseAsync("ref_old", "sub_a", now - RefusalBook.Age - TimeSpan.FromMinutes(1));
        await RefuseAsync("ref_person", "sub_a", now.AddHours(-2));
        for (var i = 0; i < 5; i++)
            await RefuseAsync($"ref_{i}", null, now.AddMinutes(i));

        await using var db = _host.Control.Open();
        await RefusalBook.SweepAsync(db, now, mostOfPeople: 1, mostOfNobody: 2, CancellationToken.None);

        Assert.Equal(["ref_person", "ref_3", "ref_4"], await db.Refusals.OrderBy(r => r.At).Select(r => r.Id).ToListAsync());
    }

    /// <summary>Alice of the staff, let in at the wiki; the id of her session.</summary>
    private async Task<string> AllowedAsync()
    {
        Assert.True((await _host.Local.PutAsJsonAsync("groups/staff", new { spec = new { members = Array.Empty<string>() } })).IsSuccessStatusCode);
        var alice = await _host.AddAsync("alice", "staff");
        Assert.True((await PutWikiAsync(null)).IsSuccessStatusCode);
        var policy = await _host.Local.PutAsJsonAsync("policies/wiki", new { spec = new { cedar = """permit (principal in Group::"staff", action in Action::"access", resource == Application::"wiki");""" } });
        Assert.True(policy.IsSuccessStatusCode, await policy.Content.ReadAsStringAsync());
        var session = (await _host.Control.SignInAsync(alice)).Session;
        var now = TimeProvider.System.GetUtcNow();
        var input = new EvaluationInput(
            new Evidence
            {
                Subject = new SubjectEvidence(SubjectKind.User, "alice", ["staff"], null),
                Session = new SessionEvidence { Assurance = 1, Methods = ["pwd"], Authenticated = session.Authenticated, Expires = session.Expires },
                Time = new TimeEvidence(now, now.Hour, 1),
            },
            AccessAction.Read,
            new ResourceFacts("wiki", System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty));
        var facts = input.FactsToJson();
        await using var db = _host.Control.Open();
        db.EvaluationInputs.Add(new EvaluationInputEntry { Hash = EvaluationInput.HashOf(facts), Json = System.Text.Encoding.UTF8.GetString(facts), LastUsed = now });
        db.Decisions.Add(new DecisionEntry
        {
            Id = "dec_a",
            Gateway = "edge",
            At = now,
            Allowed = true,
            Cause = nameof(DecisionCause.Permitted),
            SessionId = session.Id,
            SubjectId = alice.Id,
            Application = "wiki",
            Action = "read",
            Reasons = ["wiki"],
            PolicyRevision = await db.Publications.MaxAsync(p => p.Revision),
            Revision = 1,
            InputHash = EvaluationInput.HashOf(facts),
            MomentJson = System.Text.Encoding.UTF8.GetString(input.MomentToJson()),
        });

        // The sign-in is a minute old by now, so that a greatest age can have passed.
        (await db.Sessions.SingleAsync(s => s.Id == session.Id)).Authenticated = now.AddMinutes(-1);
        await db.SaveChangesAsync();
        return session.Id;
    }

    private Task<HttpResponseMessage> PutWikiAsync(string? age) => _host.Local.PutAsJsonAsync(
        "applications/wiki", new { spec = new { hosts = new[] { "wiki.doorward.localhost" }, upstream = "http://127.0.0.1:9000", maxSignInAge = age } });

    private async Task RefuseAsync(string id, string? subject, DateTimeOffset at)
    {
        await using var db = _host.Control.Open();
        db.Refusals.Add(new RefusalEntry { Id = id, Gateway = "edge", At = at, Status = 401, Code = "no-session", Told = "Sign in.", SubjectId = subject });
        await db.SaveChangesAsync();
    }

    private Task<JsonElement> ExplainAsync(string reference) => _host.Local.GetFromJsonAsync<JsonElement>($"decisions/{reference}/explanation");

    private async Task<JsonElement> EventuallyAsync(string reference)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var answer = await _host.Local.GetAsync($"decisions/{reference}/explanation");
            if (answer.IsSuccessStatusCode) return await answer.Content.ReadFromJsonAsync<JsonElement>();
            Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(60), "the reference never came");
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();
}
