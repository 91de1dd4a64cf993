using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Doorward.Control.Api;
using Doorward.Control.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace Doorward.Control.Tests.Policies;

/// <summary>Whoever may see may ask for tests and simulations: they must keep nobody from signing in or publishing.</summary>
public sealed class LongQuestionTests
{
    private const string ForStaff = "permit (principal in Group::\"staff\", action in Action::\"access\", resource == Application::\"wiki\");";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("policies/test")]
    [InlineData("policies/simulate")]
    public async Task A_question_takes_no_turn_of_those_who_write(string question)
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

        var answer = await host.Local.PostAsJsonAsync(question, Documents(), Cancel).WaitAsync(TimeSpan.FromSeconds(30), Cancel);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(writing.IsCompleted);
        done.SetResult();
        await writing;
    }

    [Theory]
    [InlineData("policies/test")]
    [InlineData("policies/simulate")]
    public async Task Only_a_few_run_at_once_and_a_publication_waits_for_none_of_them(string question)
    {
        await using var host = await ApiHost.StartAsync();
        var questions = host.Control.Services.GetRequiredService<LongQuestions>();
        var turns = await Task.WhenAll(Enumerable.Range(0, LongQuestions.AtOnce).Select(_ => questions.EnterAsync(Cancel)));
        Assert.All(turns, Assert.NotNull);

        using var refused = await host.Local.PostAsJsonAsync(question, Documents(), Cancel);
        using var published = await host.Local.PostAsJsonAsync("apply", Documents(), Cancel);

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, published.StatusCode);
        turns[0]!.Dispose();
        using var answered = await host.Local.PostAsJsonAsync(question, Documents(), Cancel);
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    [Fact]
    public async Task Tests_are_asked_of_what_stands_in_the_same_documents()
    {
        await using var host = await ApiHost.StartAsync();
        object group = new { kind = "Group", name = "staff", spec = new { members = new[] { "zoe" } } };
        object person = new { kind = "User", name = "zoe", spec = new { } };
        object wiki = new { kind = "Application", name = "wiki", spec = new { hosts = new[] { "wiki.door.test" }, upstream = "http://127.0.0.1:9000" } };
        object network = new { kind = "Network", name = "office", spec = new { ranges = new[] { "192.0.2.0/24" } } };
        var test = JsonNode.Parse("""[{"name":"zoe","user":"zoe","application":"wiki","network":"office","expect":"allow"}]""");
        object policy = new { kind = "Policy", name = "for-staff", spec = new { cedar = ForStaff, tests = test } };

        Assert.Equal(1, await FailedAsync(host, policy));
        Assert.Equal(0, await FailedAsync(host, policy, group, person, wiki, network));
        Assert.Equal(1, await FailedAsync(host, policy, wiki, person, network, new { kind = "Group", name = "staff", spec = new { } }));
        Assert.Equal(1, await FailedAsync(host, policy, group, wiki, network, new { kind = "User", name = "zoe", spec = new { disabled = true } }));
        Assert.Equal(HttpStatusCode.NotFound, (await host.Local.GetAsync("policies/for-staff", Cancel)).StatusCode);
    }

    private static object Documents() => new { documents = new[] { new { kind = "Policy", name = "for-staff", spec = new { cedar = ForStaff } } } };

    private static async Task<int> FailedAsync(ApiHost host, params object[] documents)
    {
        using var answer = await host.Local.PostAsJsonAsync("policies/test", new { documents }, Cancel);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Cancel)).GetProperty("failed").GetInt32();
    }
}
