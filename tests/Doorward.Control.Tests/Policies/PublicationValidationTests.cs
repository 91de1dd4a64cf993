using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Policies;
using Doorward.Control.Resources.Editing;
using Doorward.Control.Storage;
using Doorward.Control.Tests.Api;
using Doorward.Control.Tests.Resources;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Doorward.Control.Tests.Policies;

/// <summary>What does not agree with the schema is not published; what is in force from before stays, and is said to.</summary>
public sealed class PublicationValidationTests
{
    private const string Good = "permit (principal, action, resource);";
    private const string Bad = "permit (principal, action == Action::\"raed\", resource);";
    private const string Optional = "forbid (principal, action, resource)\nwhen { context.device.compliant == false };";

    [Fact]
    public async Task A_put_of_a_policy_that_does_not_validate_is_refused_with_place_expectation_and_hint_and_the_good_one_stays()
    {
        await using var host = await ApiHost.StartAsync();
        await PutAsync(host, "p", Good);

        var unknown = await ProblemAsync(await PutAsync(host, "p", Bad));
        Assert.Equal(("cedar", 1, 20, "Did you mean `read`?"), (unknown.Text("field"), unknown.Number("line"), unknown.Number("column"), unknown.Text("fix")));
        Assert.Equal("There is no action Action::\"raed\".", unknown.Text("message"));
        var unguarded = await ProblemAsync(await PutAsync(host, "p", Optional));
        Assert.Equal((2, "Ask first: context has device && .."), (unguarded.Number("line"), unguarded.Text("fix")));
        var type = await ProblemAsync(await PutAsync(host, "p", "permit (principal, action in Action::\"access\", resource)\n\nwhen { context.time.hour };"));
        Assert.Equal((3, "Bool"), (type.Number("line"), type.Text("expected")));
        Assert.Equal(Good, (await host.Local.GetFromJsonAsync<JsonElement>("policies/p")).GetProperty("spec").Text("cedar"));
    }

    [Fact]
    public async Task One_policy_that_does_not_validate_stops_the_whole_apply()
    {
        await using var fixture = await ResourceFixture.CreateAsync();

        var error = await fixture.ApplyBadAsync($"{Document("good", Good)},{Document("bad", Bad)}");

        Assert.Equal(("bad", 1, 20), (error.Name, error.Line, error.Column));
        Assert.Null(await fixture.SpecAsync("Policy", "good"));
    }

    [Fact]
    public async Task A_warning_is_told_with_its_place_and_stops_nothing()
    {
        await using var fixture = await ResourceFixture.CreateAsync();

        var warning = Assert.Single((await fixture.ApplyGoodAsync(Document("p", "permit (principal is Group, action, resource);"))).Warnings);

        Assert.Equal(("p", "cedar", 1, 1), (warning.Name, warning.Field, warning.Line, warning.Column));
        Assert.StartsWith("This policy can never apply", warning.Message, StringComparison.Ordinal);
        Assert.NotNull(await fixture.SpecAsync("Policy", "p"));
    }

    [Fact]
    public async Task A_policy_from_before_stays_in_force_and_nothing_else_is_published_until_it_is_mended()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        await PlantAsync(fixture.Open(), ("old", Optional), ("older", Bad), ("fine", Good));
        var history = ActivatorUtilities.CreateInstance<PolicyHistory>(fixture.Installation.Services);

        var error = await fixture.ApplyBadAsync(Document("new", Good));
        Assert.Equal(("old", 2), (error.Name, error.Line));
        Assert.Contains("in force from before", error.Message, StringComparison.Ordinal);
        Assert.IsType<EditResult.Refused>(await fixture.ApplyAsync($"{Document("old", Good)},{Document("new", Good)}"));
        Assert.Contains((await history.TodayAsync(CancellationToken.None)).Policies, policy => policy.Definition.Cedar == Optional);
        await fixture.ApplyGoodAsync("""{"kind":"Group","name":"staff","spec":{}}""");
        Assert.IsType<EditResult.Done>(await fixture.DeleteAsync("Policy", "fine"));

        await fixture.ApplyGoodAsync(Document("old", Good));
        Assert.Equal("older", (await fixture.ApplyBadAsync(Document("new", Good))).Name);
        await fixture.ApplyGoodAsync(Document("older", Good));
        await fixture.ApplyGoodAsync(Document("new", Good));
    }

    [Fact]
    public async Task Status_and_the_log_name_a_policy_from_before_that_does_not_validate()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.False((await host.Local.GetFromJsonAsync<JsonElement>("status")).TryGetProperty("invalidPolicies", out _));
        await using (var db = host.Control.Open()) await PlantAsync(db, ("old", Optional));

        var named = Assert.Single((await host.Local.GetFromJsonAsync<JsonElement>("status")).GetProperty("invalidPolicies").EnumerateArray());
        Assert.Equal(("old", 2), (named.Text("name"), named.Number("line")));
        Assert.Contains("Until it is mended or deleted", named.Text("fix"), StringComparison.Ordinal);
        var log = new Lines();
        await new InvalidPolicyNotice(host.Control.Services.GetRequiredService<IDbContextFactory<DoorwardDb>>(), log).StartAsync(CancellationToken.None);
        Assert.StartsWith("Error: Policy old is in force and does not validate (line 2, column 8)", Assert.Single(log.All), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_editor_is_told_errors_warnings_layout_and_what_may_follow()
    {
        await using var host = await ApiHost.StartAsync();

        var wrong = await AssistAsync(host, Bad);
        var error = Assert.Single(wrong.GetProperty("errors").EnumerateArray());
        Assert.Equal((19, 24, "Did you mean `read`?"), (error.Number("start"), error.Number("length"), error.Text("hint")));
        Assert.False(wrong.TryGetProperty("proposals", out _));
        var loose = await AssistAsync(host, "forbid(principal,action,resource)when{context has device&&!context.device.compliant};");
        Assert.Empty(loose.GetProperty("errors").EnumerateArray());
        Assert.Single(loose.GetProperty("warnings").EnumerateArray());
        Assert.StartsWith("forbid (principal, action, resource)\nwhen {", loose.Text("formatted"), StringComparison.Ordinal);
        const string Begun = "permit (principal, action, resource) when { context.se";
        var proposals = (await AssistAsync(host, Begun, Begun.Length)).GetProperty("proposals");
        Assert.Equal((Begun.Length - 2, 2), (proposals.Number("start"), proposals.Number("length")));
        Assert.Equal("session", Assert.Single(proposals.GetProperty("items").EnumerateArray()).Text("text"));
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.PostAsJsonAsync("policies/assist", new { cedar = "permit", offset = 7 })).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await host.Local.PostAsJsonAsync("policies/assist", new { cedar = new string(' ', (1 << 20) + 1) })).StatusCode);
    }

    [Fact]
    public async Task The_schema_is_served_in_both_syntaxes()
    {
        await using var host = await ApiHost.StartAsync();

        var schema = await host.Local.GetFromJsonAsync<JsonElement>("schema");

        Assert.Contains("action read, write in [access]", schema.Text("cedar"), StringComparison.Ordinal);
        Assert.True(schema.GetProperty("json").GetProperty("").GetProperty("actions").TryGetProperty("tunnel", out _));
    }

    // As a version of the product before there was a schema would have left them.
    private static async Task PlantAsync(DoorwardDb db, params (string Name, string Cedar)[] policies)
    {
        var publication = new Publication { At = DateTimeOffset.UnixEpoch, By = "before" };
        publication.Added.AddRange(policies.Select(static policy => new PolicyVersion { Name = policy.Name, Version = 1, Cedar = policy.Cedar }));
        db.Publications.Add(publication);
        await db.WriteAsync(db.SaveChangesAsync, CancellationToken.None);
    }

    private static string Document(string name, string cedar) => JsonSerializer.Serialize(new { kind = "Policy", name, spec = new { cedar } });

    private static Task<HttpResponseMessage> PutAsync(ApiHost host, string name, string cedar) => host.Local.PutAsJsonAsync($"policies/{name}", new { spec = new { cedar } });

    private static async Task<JsonElement> ProblemAsync(HttpResponseMessage response)
    {
        Assert.Equal((HttpStatusCode.BadRequest, "application/problem+json"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors")[0];
    }

    private static async Task<JsonElement> AssistAsync(ApiHost host, string cedar, int? offset = null)
    {
        var response = await host.Local.PostAsJsonAsync("policies/assist", offset is { } at ? (object)new { cedar, offset = at } : new { cedar });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    private sealed class Lines : ILogger<InvalidPolicyNotice>
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Add($"{logLevel}: {formatter(state, exception)}");
    }
}

internal static class JsonReading
{
    public static string? Text(this JsonElement element, string name) => element.GetProperty(name).GetString();

    public static int Number(this JsonElement element, string name) => element.GetProperty(name).GetInt32();
}
