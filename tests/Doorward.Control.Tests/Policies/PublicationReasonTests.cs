using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Tests.Api;

namespace Doorward.Control.Tests.Policies;

/// <summary>Why a policy was published is kept with its version, and the list of policies says it.</summary>
public sealed class PublicationReasonTests
{
    private const string Permit = "@explain(\"Staff read.\") permit (principal in Group::\"staff\", action, resource == Application::\"wiki_1\");";
    private const string Forbid = "forbid (principal, action, resource == Application::\"blog\");";

    [Fact]
    public async Task A_reason_stays_with_its_version_and_a_rollback_has_its_own()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(HttpStatusCode.OK, (await host.Local.PostAsJsonAsync("policies", new { name = "p", spec = new { cedar = Permit }, reason = " first door " })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Local.PutAsJsonAsync("policies/p", new { spec = new { cedar = Forbid } })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Local.PostAsJsonAsync("policies/p/rollback", new { version = 1, reason = "it was right" })).StatusCode);

        var versions = (await host.Local.GetFromJsonAsync<JsonElement>("policies/p/versions")).GetProperty("items");

        Assert.Equal(["it was right", null, "first door"], versions.EnumerateArray().Select(version => version.TryGetProperty("reason", out var reason) ? reason.GetString() : null));
    }

    [Theory]
    [InlineData("two\nlines")]
    [InlineData("turned \u202Earound")]
    public async Task A_reason_that_does_not_show_as_it_is_changes_nothing(string reason)
    {
        await using var host = await ApiHost.StartAsync();

        using var refused = await host.Local.PostAsJsonAsync("policies", new { name = "p", spec = new { cedar = Permit }, reason });

        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Equal("reason", (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("field").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await host.Local.GetAsync("policies/p")).StatusCode);
    }

    [Fact]
    public async Task Policies_are_found_by_name_and_by_words_and_say_what_they_are_for()
    {
        await using var host = await ApiHost.StartAsync();
        var tests = new[] { new { name = "x", user = "a", application = "blog", expect = "deny" } };
        Assert.Equal(HttpStatusCode.OK, (await host.Local.PostAsJsonAsync("policies", new { name = "one", spec = new { cedar = Permit }, reason = "why" })).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.Local.PostAsJsonAsync("policies", new { name = "two", spec = new { cedar = Forbid, reportOnly = true, tests } })).StatusCode);

        Assert.Equal(["one"], await NamesAsync(host, "WIKI_"));
        Assert.Equal(["two"], await NamesAsync(host, "tw"));
        Assert.Empty(await NamesAsync(host, "%"));
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.GetAsync($"published-policies?search={new string('x', 65)}")).StatusCode);
        var listed = (await host.Local.GetFromJsonAsync<JsonElement>("published-policies")).GetProperty("items").EnumerateArray().ToDictionary(policy => policy.GetProperty("name").GetString()!);
        Assert.Equal(("Staff read.", "why", 0), (listed["one"].GetProperty("says").GetString(), listed["one"].GetProperty("reason").GetString(), listed["one"].GetProperty("tests").GetInt32()));
        Assert.Equal((Forbid, 1, true), (listed["two"].GetProperty("says").GetString(), listed["two"].GetProperty("tests").GetInt32(), listed["two"].GetProperty("reportOnly").GetBoolean()));
    }

    private static async Task<IEnumerable<string?>> NamesAsync(ApiHost host, string search) =>
        (await host.Local.GetFromJsonAsync<JsonElement>($"published-policies?search={Uri.EscapeDataString(search)}")).GetProperty("items").EnumerateArray().Select(policy => policy.GetProperty("name").GetString());
}
