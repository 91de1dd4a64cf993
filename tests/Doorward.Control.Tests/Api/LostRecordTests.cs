using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Api;
using Doorward.Control.Audit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Api;

/// <summary>The disk fills up at the worst moment: between an act's first record and its last.</summary>
public sealed class LostRecordTests
{
    [Fact]
    public async Task What_was_done_is_never_called_not_done_and_its_record_follows()
    {
        var done = 0;
        await using var host = await StartAsync("POST", () => done++);
        using var answer = await host.Local.PostAsync("act", null);
        var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal((1, HttpStatusCode.InternalServerError), (done, answer.StatusCode));
        Assert.StartsWith("Done, but", problem.GetProperty("title").GetString(), StringComparison.Ordinal);

        await EventuallyAvailableAsync(host);
        Assert.True((await host.Local.PutAsJsonAsync("groups/staff", new { spec = new { members = Array.Empty<string>() } })).IsSuccessStatusCode);
        Assert.Equal(["attempted", "done"], (await host.AuditAsync()).Where(Of("test.act")).Select(Outcome));
    }

    [Fact]
    public async Task What_only_reads_is_not_shown_without_a_record()
    {
        await using var host = await StartAsync("GET", static () => { });
        using var answer = await host.Local.GetAsync("act");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.DoesNotContain("secret", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_is_done_while_the_first_record_cannot_be_written()
    {
        var done = 0;
        await using var host = await StartAsync("POST", () => done++);
        Fail(host.Control.Services.GetRequiredService<AuditLog>());
        using var answer = await host.Local.PostAsync("act", null);
        Assert.Equal((0, HttpStatusCode.ServiceUnavailable), (done, answer.StatusCode));
        Assert.Contains("not done", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static Task<ApiHost> StartAsync(string method, Action act) => ApiHost.StartAsync(app => app
        .MapMethods("/api/v1/act", [method], (AuditLog audit) =>
        {
            act();
            Fail(audit);
            return Results.Ok("secret");
        })
        .Acts("test.act")
        .AddEndpointFilter<RouteHandlerBuilder, ActRecording>());

    // Writing through this link fails as on a full disk; the log takes it away when it starts afresh.
    private static void Fail(AuditLog audit) => File.CreateSymbolicLink(audit.Folder.CheckpointDraft, "/dev/full");

    private static async Task EventuallyAvailableAsync(ApiHost host)
    {
        var audit = host.Control.Services.GetRequiredService<AuditLog>();
        for (var i = 0; i < 1_200 && audit.State is not AuditState.Available; i++) await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        Assert.IsType<AuditState.Available>(audit.State);
    }

    private static Func<JsonElement, bool> Of(string action) => entry => entry.GetRawText().Contains($"\"{action}\"", StringComparison.Ordinal);

    private static string Outcome(JsonElement entry) => entry.GetProperty("outcome").GetString()!;
}
