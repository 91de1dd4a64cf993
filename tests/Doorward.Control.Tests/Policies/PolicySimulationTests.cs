using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Doorward.Control.Storage;
using Doorward.Control.Tests.Api;
using Doorward.Core.Evaluations;
using Doorward.Core.Evidences;
using Doorward.Core.Identifiers;

namespace Doorward.Control.Tests.Policies;

/// <summary>`policy simulate`: recorded decisions, made again with other policies.</summary>
public sealed class PolicySimulationTests
{
    private const string ForStaff = "permit (principal in Group::\"staff\", action in Action::\"access\", resource == Application::\"wiki\");";

    [Fact]
    public async Task Who_would_newly_be_allowed_or_denied_is_told_from_recorded_decisions()
    {
        await using var host = await StartAsync();
        await RecordAsync(host, "alice", "wiki", allowed: true, minute: 0);
        await RecordAsync(host, "alice", "wiki", allowed: true, minute: 1);
        await RecordAsync(host, "bob", "wiki", allowed: false, minute: 2, group: "guests");
        await RecordAsync(host, "carol", "blog", allowed: false, minute: 3);

        var answer = await SimulateAsync(host, Policy("for-staff", "permit (principal in Group::\"guests\", action in Action::\"access\", resource == Application::\"wiki\");"));

        Assert.Equal((4, 1, 2), (answer.GetProperty("decisions").GetInt32(), answer.GetProperty("newlyAllowed").GetInt32(), answer.GetProperty("newlyDenied").GetInt32()));
        var items = answer.GetProperty("items");
        Assert.Equal(["newlyDenied alice 2 for-staff", "newlyAllowed bob 1 for-staff"], items.EnumerateArray().Select(item =>
            $"{item.GetProperty("change")} {item.GetProperty("user")} {item.GetProperty("requests")} {item.GetProperty("policies")[0]}"));
        // The newest of them, that it can be explained.
        using var explained = await host.Local.GetAsync($"decisions/{items[0].GetProperty("decision")}/explanation");
        Assert.Equal(HttpStatusCode.OK, explained.StatusCode);
        Assert.Equal(ForStaff, (await CurrentAsync(host)).GetProperty("spec").GetProperty("cedar").GetString());
    }

    [Theory]
    // The same words, another application, and a policy that only watches.
    [InlineData("for-staff", ForStaff, false)]
    [InlineData("other", "permit (principal, action in Action::\"access\", resource == Application::\"blog\");", false)]
    [InlineData("other", "forbid (principal, action, resource);", true)]
    public async Task What_changes_no_decision_changes_nobody(string name, string cedar, bool reportOnly)
    {
        await using var host = await StartAsync();
        await RecordAsync(host, "alice", "wiki", allowed: true, minute: 0);

        var answer = await SimulateAsync(host, Policy(name, cedar, reportOnly));

        Assert.Equal((0, 0), (answer.GetProperty("newlyAllowed").GetInt32(), answer.GetProperty("newlyDenied").GetInt32()));
        Assert.Empty(answer.GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task A_forbid_denies_whoever_came_and_pruning_takes_policies_away()
    {
        await using var host = await StartAsync();
        await RecordAsync(host, "alice", "wiki", allowed: true, minute: 0);

        var forbidden = await SimulateAsync(host, Policy("nobody", "forbid (principal, action in Action::\"access\", resource == Application::\"wiki\");"));
        var pruned = await SimulateAsync(host, Policy("other", "permit (principal in Group::\"x\", action in Action::\"access\", resource == Application::\"blog\");"), "?prune=true");

        Assert.Equal("nobody", forbidden.GetProperty("items")[0].GetProperty("policies")[0].GetString());
        Assert.Equal("for-staff", pruned.GetProperty("items")[0].GetProperty("policies")[0].GetString());
        Assert.Equal(1, pruned.GetProperty("newlyDenied").GetInt32());
    }

    [Fact]
    public async Task Who_would_be_denied_is_told_though_a_test_would_stop_it()
    {
        await using var host = await StartAsync();
        await RecordAsync(host, "alice", "wiki", allowed: true, minute: 0);
        var test = new { name = "staff", user = "alice", groups = new[] { "staff" }, application = "wiki", expect = "allow" };
        var wiki = new { kind = "Application", name = "wiki", spec = new { hosts = new[] { "wiki.door.test" }, upstream = "http://127.0.0.1:9000" } };
        var tested = new { kind = "Policy", name = "for-staff", spec = new { cedar = ForStaff, tests = new[] { test } } };
        using var applied = await host.Local.PostAsJsonAsync("apply", new { documents = new object[] { wiki, tested } });
        Assert.Equal(HttpStatusCode.OK, applied.StatusCode);
        var candidate = Policy("nobody", "forbid (principal, action in Action::\"access\", resource);");

        Assert.Equal(1, (await SimulateAsync(host, candidate)).GetProperty("newlyDenied").GetInt32());
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.PostAsJsonAsync("apply", candidate)).StatusCode);
    }

    [Fact]
    public async Task Decisions_that_policies_did_not_make_or_whose_inputs_are_gone_are_left_out()
    {
        await using var host = await StartAsync();
        await RecordAsync(host, "alice", "wiki", allowed: false, minute: 0, cause: "SessionEnded");
        await RecordAsync(host, "alice", "wiki", allowed: true, minute: 1, keepsInput: false);

        var answer = await SimulateAsync(host, Policy("nobody", "forbid (principal, action in Action::\"access\", resource);"));

        Assert.Equal((0, 0), (answer.GetProperty("decisions").GetInt32(), answer.GetProperty("newlyDenied").GetInt32()));
    }

    [Theory]
    [InlineData("permit (principal, action, resource", "", HttpStatusCode.BadRequest)]
    [InlineData("permit (principal, action, resource);", "?limit=0", HttpStatusCode.BadRequest)]
    public async Task What_could_not_be_published_is_refused(string cedar, string query, HttpStatusCode status)
    {
        await using var host = await StartAsync();

        using var response = await host.Local.PostAsJsonAsync($"policies/simulate{query}", Policy("bad", cedar));

        Assert.Equal(status, response.StatusCode);
    }

    private static object Policy(string name, string cedar, bool reportOnly = false) => new { documents = new[] { new { kind = "Policy", name, spec = new { cedar, reportOnly } } } };

    private static async Task<ApiHost> StartAsync()
    {
        var host = await ApiHost.StartAsync();
        // As an apply does it, so that pruning may take it away.
        using var applied = await host.Local.PostAsJsonAsync("apply", Policy("for-staff", ForStaff));
        Assert.True(applied.IsSuccessStatusCode, await applied.Content.ReadAsStringAsync());
        return host;
    }

    [Fact]
    public async Task What_is_in_force_already_is_compared_with_nothing_and_that_is_said()
    {
        await using var host = await StartAsync();
        var same = Policy("same", "forbid (principal, action in Action::\"access\", resource == Application::\"wiki\");");
        Assert.Equal(1, (await SimulateAsync(host, same)).GetProperty("policies").GetInt32());
        using var applied = await host.Local.PostAsJsonAsync("apply", same);
        Assert.True(applied.IsSuccessStatusCode, await applied.Content.ReadAsStringAsync());

        var answer = await SimulateAsync(host, same);

        Assert.Equal((0, 0), (answer.GetProperty("policies").GetInt32(), answer.GetProperty("decisions").GetInt32()));
    }

    private static async Task<JsonElement> SimulateAsync(ApiHost host, object documents, string query = "")
    {
        using var response = await host.Local.PostAsJsonAsync($"policies/simulate{query}", documents);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<JsonElement> CurrentAsync(ApiHost host) => JsonDocument.Parse(await host.Local.GetStringAsync("policies/for-staff")).RootElement;

    private static async Task RecordAsync(
        ApiHost host, string user, string application, bool allowed, int minute, string group = "staff", string? cause = null, bool keepsInput = true)
    {
        var at = new DateTimeOffset(2030, 1, 1, 12, minute, 0, TimeSpan.Zero);
        var input = new EvaluationInput(
            new Evidence
            {
                Subject = new SubjectEvidence(SubjectKind.User, user, [group], null),
                Session = new SessionEvidence { Assurance = 2, Authenticated = at, Expires = at.AddHours(1), Methods = ["pwd"] },
                Time = new TimeEvidence(at, at.Hour, 1),
            },
            AccessAction.Read,
            new ResourceFacts(application, System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty));
        var facts = input.FactsToJson();
        var hash = EvaluationInput.HashOf(facts);
        await using var db = host.Control.Open();
        if (keepsInput && !db.EvaluationInputs.Any(known => known.Hash == hash))
            db.EvaluationInputs.Add(new EvaluationInputEntry { Hash = hash, Json = Encoding.UTF8.GetString(facts), LastUsed = at });
        db.Decisions.Add(new DecisionEntry
        {
            Id = DecisionId.New().ToString(),
            Gateway = "edge",
            At = at,
            Allowed = allowed,
            Cause = cause ?? (allowed ? nameof(DecisionCause.Permitted) : nameof(DecisionCause.NoPermit)),
            Application = application,
            Action = "read",
            PolicyRevision = 1,
            Revision = 1,
            InputHash = keepsInput ? hash : null,
            MomentJson = keepsInput ? Encoding.UTF8.GetString(input.MomentToJson()) : null,
        });
        await db.SaveChangesAsync();
    }
}
