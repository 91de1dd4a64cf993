using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Policies;
using Doorward.Control.Tests.Api;
using Doorward.Control.Tests.Resources;
using Doorward.Core.Evaluations;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Policies;

public sealed class PolicyPublicationTests
{
    private const string Permit = "permit (principal, action, resource);";
    private const string Forbid = "forbid (principal, action, resource);";

    [Fact]
    public async Task Every_version_can_be_read_again_and_gone_back_to_as_a_new_one()
    {
        await using var host = await ApiHost.StartAsync();
        Assert.Equal(HttpStatusCode.OK, await PutAsync(host, Permit));
        Assert.Equal(HttpStatusCode.OK, await PutAsync(host, Forbid));
        var listed = await host.Local.GetFromJsonAsync<JsonElement>("policies/p/versions?limit=1");
        Assert.Equal(2, listed.GetProperty("items")[0].GetProperty("version").GetInt64());
        var rest = await host.Local.GetFromJsonAsync<JsonElement>($"policies/p/versions?cursor={listed.GetProperty("next").GetString()}");
        Assert.Equal(1, rest.GetProperty("items")[0].GetProperty("version").GetInt64());
        Assert.Equal(Permit, (await host.Local.GetFromJsonAsync<JsonElement>("policies/p/versions/1")).GetProperty("cedar").GetString());
        Assert.Equal(HttpStatusCode.NotFound, (await host.Local.GetAsync("policies/p/versions/3")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await RollBackAsync(host, 9)).StatusCode);
        Assert.Equal(HttpStatusCode.PreconditionFailed, (await RollBackAsync(host, 1, "\"1\"")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await RollBackAsync(host, 1, "\"2\"")).StatusCode);
        var now = await host.Local.GetFromJsonAsync<JsonElement>("policies/p");
        Assert.Equal((3, Permit), (now.GetProperty("version").GetInt64(), now.GetProperty("spec").GetProperty("cedar").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await host.Local.DeleteAsync("policies/p")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await RollBackAsync(host, 2)).StatusCode);
        Assert.Equal(Forbid, (await host.Local.GetFromJsonAsync<JsonElement>("policies/p")).GetProperty("spec").GetProperty("cedar").GetString());
        Assert.Contains(await host.AuditAsync(), record => record.GetProperty("action").GetString() == "policy.rollback");
    }

    [Theory]
    [InlineData("forbid (principal, action, resource) when { context has device && !context.device.compliant };", "device")]
    [InlineData("forbid (principal, action, resource) when { context has risk } when { context.risk.score > 90 };", "risk")]
    [InlineData("forbid (principal, action, resource) unless { if context has network then context.network.names.contains(\"office\") else true };", "network")]
    [InlineData("forbid (principal, action, resource) when { if context has device then !context.device.managed else false };", "device")]
    [InlineData("forbid (principal, action, resource) unless { context has device && context.device.compliant };", null)]
    [InlineData("forbid (principal, action, resource) when { context.session.assurance < 2 || (context has device && !context.device.compliant) };", null)]
    [InlineData("permit (principal, action, resource) when { context has device && context.device.compliant };", null)]
    public async Task Warns_where_missing_evidence_would_switch_a_forbid_off(string cedar, string? evidence)
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        var done = await fixture.ApplyGoodAsync(Document("p", cedar));
        if (evidence is null) Assert.Empty(done.Warnings);
        else Assert.Contains($"no {evidence} evidence", Assert.Single(done.Warnings).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_that_is_too_long_or_too_deep_is_refused_soon_and_nothing_changes()
    {
        await using var host = await ApiHost.StartAsync();
        await PutAsync(host, Permit);
        var began = TimeProvider.System.GetTimestamp();
        string[] bad =
        [
            $"permit (principal, action, resource) when {{ \"{new string('x', 1024 * 1024)}\" == \"y\" }};",
            $"permit (principal, action, resource) when {{ {new string('(', 100_000)}true{new string(')', 100_000)} }};",
            $"permit (principal, action, resource) when {{ {string.Concat(Enumerable.Repeat("!", 100_000))}true }};",
            $"permit (principal, action, resource) when {{ {string.Concat(Enumerable.Repeat("if true then ", 50_000))} }};",
            "permit (principal, action, resource)\nwhen { ?? };",
        ];
        foreach (var cedar in bad) Assert.Equal(HttpStatusCode.BadRequest, await PutAsync(host, cedar));
        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(30));
        Assert.Equal(Permit, (await host.Local.GetFromJsonAsync<JsonElement>("policies/p")).GetProperty("spec").GetProperty("cedar").GetString());
    }

    [Fact]
    public async Task A_reader_never_sees_half_a_set_while_sets_are_swapped()
    {
        await using var fixture = await ResourceFixture.CreateAsync();
        var history = ActivatorUtilities.CreateInstance<PolicyHistory>(fixture.Installation.Services);
        await fixture.ApplyGoodAsync(Set(Permit));
        using var swapping = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 2).Select(_ => Task.Run(async () =>
        {
            var sets = 0;
            while (!swapping.IsCancellationRequested)
            {
                var texts = (await history.TodayAsync(CancellationToken.None)).Policies.Where(static policy => !policy.Definition.System).Select(static policy => policy.Definition.Cedar).ToList();
                Assert.Equal(5, texts.Count);
                Assert.Single(texts.Distinct(StringComparer.Ordinal));
                sets++;
            }

            return sets;
        })).ToList();
        for (var i = 0; i < 40; i++) await fixture.ApplyGoodAsync(Set(i % 2 == 0 ? Forbid : Permit));
        await swapping.CancelAsync();
        Assert.All(await Task.WhenAll(readers), static sets => Assert.True(sets > 0));
    }

    private static string Set(string cedar) => string.Join(",", Enumerable.Range(0, 5).Select(i => Document($"p{i}", cedar)));

    private static string Document(string name, string cedar) => JsonSerializer.Serialize(new { kind = "Policy", name, spec = new { cedar } });

    private static async Task<HttpStatusCode> PutAsync(ApiHost host, string cedar) => (await host.Local.PutAsJsonAsync("policies/p", new { spec = new { cedar } })).StatusCode;

    private static async Task<HttpResponseMessage> RollBackAsync(ApiHost host, long version, string? ifMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "policies/p/rollback") { Content = JsonContent.Create(new { version }) };
        if (ifMatch is not null) request.Headers.TryAddWithoutValidation("If-Match", ifMatch);
        return await host.Local.SendAsync(request);
    }
}
