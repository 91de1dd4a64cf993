using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Control.Policies.Tests;
using Doorward.Control.Resources.Editing;
using Doorward.Control.Tests.Api;
using Doorward.Control.Tests.Resources;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Control.Tests.Policies;

/// <summary>Tests that are kept with policies, and stop the publication that they fail.</summary>
public sealed class PolicyTestingTests
{
    private const string ForStaff = "permit (principal in Group::\"staff\", action in Action::\"access\", resource == Application::\"wiki\");";
    private const string ForGuests = "permit (principal in Group::\"guests\", action in Action::\"access\", resource == Application::\"wiki\");";
    private const string NotAtNight = "forbid (principal, action, resource) when { context.time.hour < 6 };";
    private const string StaffReads = """{"name":"staff read","user":"alice","groups":["staff"],"application":"wiki","expect":"allow"}""";
    private const string GuestsDoNot = """{"name":"guests do not","user":"bob","groups":["guests"],"application":"wiki","action":"write","expect":"deny"}""";

    private static readonly (string Tests, string Field, string Message)[] Broken =
    [
        ("""[{"user":"alice","application":"wiki","expect":"allow"}]""", "tests[0].name", "is missing"),
        ("""[{"name":"x","user":"alice","application":"wiki"}]""", "tests[0].expect", "is missing"),
        ("""[{"name":"x","user":"alice","application":"wiki","expect":"maybe"}]""", "tests[0].expect", "'maybe' is neither allow nor deny"),
        ("""[{"name":"x","application":"wiki","expect":"deny"}]""", "tests[0].user", "nobody is said to ask"),
        ("""[{"name":"x","user":"a","anonymous":true,"application":"wiki","expect":"deny"}]""", "tests[0].user", "more than one asks"),
        ("""[{"name":"x","user":"a","expect":"deny"}]""", "tests[0].application", "is missing"),
        ("""[{"name":"x","user":"a","application":"wiki","expect":"deny"},{"name":"y","user":"a","application":"wiki","expect":"deny","asurance":2}]""", "tests[1].asurance", "is not a field here"),
        ("""[{"name":"x","user":"a","application":"wiki","expect":"deny","assurance":4}]""", "tests[0].assurance", "4 is not one of 1 to 3"),
        ("""[{"name":"x","user":"a","application":"wiki","expect":"deny","device":{"compliant":"yes"}}]""", "tests[0].device.compliant", "is text where true or false is expected"),
        ("""[{"name":"x","user":"a","application":"wiki","expect":"deny","at":"2030-01-31T22:15"}]""", "tests[0].at", "'2030-01-31T22:15' is not a moment"),
        ("""[{"name":"x","user":"a","application":"wiki","expect":"deny","address":"10.1"}]""", "tests[0].address", "'10.1' is not an address"),
        ("""[{"name":"x","user":"a","application":"wiki","expect":"deny","path":"health"}]""", "tests[0].path", "'health' is not a path"),
        ("""[3]""", "tests[0]", "is a number where fields are expected"),
        ("""{"name":"x"}""", "tests", "is a group of fields where a list is expected"),
    ];

    [Fact]
    public async Task An_apply_whose_test_fails_changes_nothing_and_says_test_expectation_answer_and_policies()
    {
        await using var host = await StartAsync();
        Assert.Equal(HttpStatusCode.OK, await ApplyAsync(host, ("for-staff", ForStaff, $"[{StaffReads},{GuestsDoNot}]")));

        using var refused = await host.Local.PostAsJsonAsync("apply", Documents(("for-guests", ForGuests, null), ("other", NotAtNight, null)));

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        var error = (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors")[0];
        Assert.Equal("the test \"guests do not\" of policy for-staff fails: expected deny, got allow; decided by for-guests", error.GetProperty("message").GetString());
        Assert.Equal(("for-staff", "tests[1]"), (error.GetProperty("name").GetString(), error.GetProperty("field").GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await host.Local.GetAsync("policies/for-guests")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Local.GetAsync("policies/other")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, await ApplyAsync(host, ("other", NotAtNight, null)));
    }

    [Fact]
    public async Task A_denial_that_must_be_an_allow_says_what_it_would_take()
    {
        await using var host = await StartAsync();
        const string Strong = "permit (principal in Group::\"staff\", action, resource == Application::\"wiki\") when { context.session.assurance >= 3 };";

        using var refused = await host.Local.PostAsJsonAsync("apply", Documents(("p", Strong, $"[{StaffReads}]")));

        var error = (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors")[0];
        Assert.EndsWith("expected allow, got deny; no policy permits it", error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Contains("Confirm that it is you with a passkey", error.GetProperty("fix").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Creating_changing_deleting_and_rolling_back_one_policy_are_stopped_too()
    {
        await using var host = await StartAsync();
        await ApplyAsync(host, ("for-guests", ForGuests, null));
        await ApplyAsync(host, ("for-guests", ForStaff, null));
        await ApplyAsync(host, ("watch", NotAtNight, $"[{StaffReads},{GuestsDoNot}]"));

        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.PostAsJsonAsync("policies", new { name = "new", spec = new { cedar = ForGuests } })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.PutAsJsonAsync("policies/for-guests", new { spec = new { cedar = ForGuests } })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.DeleteAsync("policies/for-guests")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.PostAsJsonAsync("policies/for-guests/rollback", new { version = 1 })).StatusCode);
        Assert.Equal(2, (await host.Local.GetFromJsonAsync<JsonElement>("policies/for-guests")).GetProperty("version").GetInt64());

        // Without the tests, all of it goes.
        Assert.Equal(HttpStatusCode.OK, await ApplyAsync(host, ("watch", NotAtNight, null)));
        Assert.Equal(HttpStatusCode.OK, (await host.Local.PostAsJsonAsync("policies", new { name = "new", spec = new { cedar = ForGuests } })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Local.PostAsJsonAsync("policies/for-guests/rollback", new { version = 1 })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Local.DeleteAsync("policies/for-guests")).StatusCode);
    }

    [Fact]
    public async Task Tests_are_kept_with_each_version_and_read_as_they_were_written()
    {
        await using var host = await StartAsync();
        var tests = $"[{StaffReads},{GuestsDoNot}]";
        await ApplyAsync(host, ("p", ForStaff, tests));
        await ApplyAsync(host, ("p", ForStaff, null));

        Assert.False((await host.Local.GetFromJsonAsync<JsonElement>("policies/p")).GetProperty("spec").TryGetProperty("tests", out _));
        Assert.Equal(tests, (await host.Local.GetFromJsonAsync<JsonElement>("policies/p/versions/1")).GetProperty("tests").GetRawText());
        Assert.Equal(HttpStatusCode.OK, (await host.Local.PostAsJsonAsync("policies/p/rollback", new { version = 1 })).StatusCode);
        var now = (await host.Local.GetFromJsonAsync<JsonElement>("policies/p")).GetProperty("spec");
        Assert.Equal(tests, now.GetProperty("tests").GetRawText());
        using var again = await host.Local.PutAsJsonAsync("policies/p", new { spec = now });
        Assert.Equal("unchanged", (await again.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("change").GetString());
    }

    [Fact]
    public async Task A_test_that_cannot_be_asked_is_refused_with_its_place()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        foreach (var (tests, field, message) in Broken)
        {
            var refused = Assert.IsType<EditResult.Refused>(await fixture.ApplyAsync(Documents(("p", ForStaff, tests))["documents"]![0]!.ToJsonString()));
            Assert.Contains(refused.Errors, error => error.Field == field && error.Message.StartsWith(message, StringComparison.Ordinal));
        }

        Assert.Null(await fixture.SpecAsync("Policy", "p"));
    }

    [Fact]
    public async Task More_tests_than_there_may_be_are_refused()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        string Policy(string name, int count) => Documents((name, ForStaff, $"[{string.Join(',', Enumerable.Repeat(GuestsDoNot, count))}]"))["documents"]![0]!.ToJsonString();

        Assert.Equal("tests", (await fixture.ApplyBadAsync(Policy("p", 501))).Field);
        await fixture.ApplyGoodAsync(Policy("p", 500));
        var all = await fixture.ApplyBadAsync(string.Join(',', Enumerable.Range(0, 20).Select(i => Policy($"p{i}", 500))));
        Assert.Equal("the policies have 10500 tests; 10000 are the most", all.Message);
    }

    [Fact]
    public async Task Tests_that_take_too_long_do_not_pass()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await fixture.ApplyGoodAsync(Documents(("p", ForStaff, $"[{string.Join(',', Enumerable.Repeat(GuestsDoNot, 20))}]"))["documents"]![0]!.ToJsonString());
        await using var db = fixture.Open();

        var slow = await new PolicyTesting(new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromSeconds(1) }).RunAsync(db, CancellationToken.None);
        var quick = await new PolicyTesting(new FakeTimeProvider()).RunAsync(db, CancellationToken.None);

        Assert.StartsWith("only 4 of 20 policy tests", slow.Refusal?.Message, StringComparison.Ordinal);
        Assert.Equal((null, 20), (quick.Refusal, quick.Results.Count));
    }

    [Fact]
    public async Task Policies_can_be_tested_without_publishing()
    {
        await using var host = await StartAsync();
        await ApplyAsync(host, ("for-staff", ForStaff, $"[{StaffReads},{GuestsDoNot}]"));

        var published = await TestAsync(host);
        var candidate = await TestAsync(host, ("for-guests", ForGuests, null));

        Assert.Equal((2, 0), (published.GetProperty("tests").GetInt32(), published.GetProperty("failed").GetInt32()));
        Assert.Equal((2, 1), (candidate.GetProperty("tests").GetInt32(), candidate.GetProperty("failed").GetInt32()));
        var failure = candidate.GetProperty("items")[0];
        Assert.Equal(("guests do not", "deny", "allow", "for-guests"),
            (failure.GetProperty("name").GetString(), failure.GetProperty("expected").GetString(), failure.GetProperty("got").GetString(), failure.GetProperty("policies")[0].GetString()));
        Assert.Equal(HttpStatusCode.NotFound, (await host.Local.GetAsync("policies/for-guests")).StatusCode);
    }

    [Fact]
    public async Task What_changes_no_policy_is_not_stopped_but_told_which_test_now_fails()
    {
        await using var host = await StartAsync();
        await host.AddAsync("carol", "staff");
        await ApplyAsync(host, ("for-staff", ForStaff, """[{"name":"carol reads","user":"carol","application":"wiki","expect":"allow"}]"""));

        using var shrunk = await host.Local.PutAsJsonAsync("groups/staff", new { spec = new { members = Array.Empty<string>() } });

        Assert.Equal(HttpStatusCode.OK, shrunk.StatusCode);
        var warning = (await shrunk.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("warnings")[0].GetProperty("message").GetString();
        Assert.Equal("the test \"carol reads\" of policy for-staff fails: expected allow, got deny; no policy permits it", warning);
        Assert.Equal(HttpStatusCode.BadRequest, await ApplyAsync(host, ("other", NotAtNight, null)));
    }

    [Fact]
    public async Task Of_publications_at_once_that_together_fail_a_test_not_all_succeed()
    {
        await using var host = await StartAsync();
        // Each by itself leaves the test true; two of them together do not.
        await ApplyAsync(host, ("one", ForStaff, $"[{StaffReads}]"), ("two", ForStaff, null), ("three", ForStaff, null), ("four", ForStaff, null));

        var answers = await Task.WhenAll(new[] { "two", "three", "four" }.Select(name => host.Local.DeleteAsync($"policies/{name}"))
            .Append(host.Local.PutAsJsonAsync("policies/one", new { spec = new { cedar = ForGuests, tests = JsonNode.Parse($"[{StaffReads}]") } })));

        Assert.Single(answers, answer => answer.StatusCode == HttpStatusCode.BadRequest);
        Assert.Equal(0, (await TestAsync(host)).GetProperty("failed").GetInt32());
    }

    private static async Task<JsonElement> TestAsync(ApiHost host, params (string Name, string Cedar, string? Tests)[] policies)
    {
        using var response = await host.Local.PostAsJsonAsync("policies/test", Documents(policies));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<HttpStatusCode> ApplyAsync(ApiHost host, params (string Name, string Cedar, string? Tests)[] policies)
    {
        using var response = await host.Local.PostAsJsonAsync("apply", Documents(policies));
        return response.StatusCode;
    }

    private static JsonObject Documents(params (string Name, string Cedar, string? Tests)[] policies) => new()
    {
        ["documents"] = new JsonArray([.. policies.Select(static policy => (JsonNode)new JsonObject
        {
            ["kind"] = "Policy",
            ["name"] = policy.Name,
            ["spec"] = policy.Tests is null
                ? new JsonObject { ["cedar"] = policy.Cedar }
                : new JsonObject { ["cedar"] = policy.Cedar, ["tests"] = JsonNode.Parse(policy.Tests) },
        })]),
    };

    private static async Task<ApiHost> StartAsync()
    {
        var host = await ApiHost.StartAsync();
        object[] documents =
        [
            new { kind = "Group", name = "staff", spec = new { members = Array.Empty<string>() } },
            new { kind = "Group", name = "guests", spec = new { members = Array.Empty<string>() } },
            new { kind = "Application", name = "wiki", spec = new { hosts = new[] { "wiki.door.test" }, upstream = "http://127.0.0.1:9000" } },
        ];
        Assert.Equal(HttpStatusCode.OK, (await host.Local.PostAsJsonAsync("apply", new { documents })).StatusCode);
        return host;
    }
}
