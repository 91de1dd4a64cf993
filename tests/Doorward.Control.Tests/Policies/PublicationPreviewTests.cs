using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Doorward.Control.Tests.Api;

namespace Doorward.Control.Tests.Policies;

public sealed class PublicationPreviewTests
{
    private const string Permit = """permit (principal in Group::"staff", action in Action::"access", resource == Application::"wiki");""";
    private static readonly object Policy = new { kind = "Policy", name = "p", spec = new { cedar = Permit } };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Waits_for_nobody_who_writes()
    {
        await using var host = await ApiHost.StartAsync();
        await using var db = host.Control.Open();
        var (holding, done) = (new TaskCompletionSource(), new TaskCompletionSource());
        var writing = db.WriteAsync(
            async _ =>
            {
                holding.SetResult();
                await done.Task;
            },
            Cancel);
        await holding.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        var answer = await CheckAsync(host, Policy).WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(writing.IsCompleted);
        done.SetResult();
        await writing;
    }

    [Fact]
    public async Task Looks_at_policies_and_what_they_name_and_at_no_secret()
    {
        await using var host = await ApiHost.StartAsync();

        var answer = await CheckAsync(host, Policy, new { kind = "oidcclient", name = "c", spec = new { redirectUris = new[] { "https://c.test/" }, clientSecret = new string('s', 40) } });

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [Fact]
    public async Task Knows_what_stands_in_the_same_documents_and_keeps_nothing_of_them()
    {
        await using var host = await ApiHost.StartAsync();
        object staff = new { kind = "Group", name = "staff", spec = new { } };
        object wiki = new { kind = "Application", name = "wiki", spec = new { hosts = new[] { "wiki.doorward.localhost" }, upstream = "http://127.0.0.1:9000" } };
        object opaque = new { kind = "Application", name = "wiki", spec = new { hosts = new[] { "wiki.doorward.localhost" }, upstream = "http://127.0.0.1:9000", paths = "opaque" } };
        object reads = new { kind = "Policy", name = "p", spec = new { cedar = Permit.TrimEnd(';') + """ when { context has http && context.http.path like "/a/*" };""" } };

        Assert.Equal((0, 2), await CountAsync(host, Policy));
        Assert.Equal((0, 0), await CountAsync(host, Policy, staff, wiki));
        Assert.Equal((1, 0), await CountAsync(host, reads, staff, opaque));
        Assert.Equal((0, 2), await CountAsync(host, Policy));
    }

    private static Task<HttpResponseMessage> CheckAsync(ApiHost host, params object[] documents) =>
        host.Local.PostAsJsonAsync("policies/check", new { documents }, Cancel);

    private static async Task<(int Errors, int Warnings)> CountAsync(ApiHost host, params object[] documents)
    {
        var answer = await (await CheckAsync(host, documents)).Content.ReadFromJsonAsync<JsonElement>(Cancel);
        return (answer.GetProperty("errors").GetArrayLength(), answer.GetProperty("warnings").GetArrayLength());
    }
}
