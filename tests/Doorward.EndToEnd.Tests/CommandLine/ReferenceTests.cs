using System.Net;
using System.Text.RegularExpressions;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.CommandLine;

/// <summary>What an administrator does with the reference that somebody read out to them.</summary>
public sealed partial class ReferenceTests
{
    [Fact]
    public async Task Every_reference_that_people_see_is_explained_and_so_is_what_happened_to_them()
    {
        await using var product = await ProductProcess.StartAsync();
        await product.AddUserAsync("alice");
        await product.ApplyAsync(
            """
            kind: Group
            name: staff
            members: [alice]
            ---
            kind: Application
            name: dead
            hosts: [dead.doorward.test]
            upstream: http://127.0.0.1:9
            ---
            kind: Policy
            name: dead
            cedar: permit (principal in Group::"staff", action in Action::"access", resource == Application::"dead");
            """);
        using var alice = product.NewVisitor();

        Assert.Contains("sign in at an application first", await product.RunAsync(["decision", "explain", "last"], expected: 1));
        using var nobody = await alice.SendAsync(HttpMethod.Get, product.Url("dead", "/a?b=secret"), api: true);
        var explained = await ExplainAsync(product, nobody, 401);
        Assert.Contains("cause: no-session", explained);
        Assert.Contains("request: GET dead.doorward.test/a\n", explained);
        Assert.Contains("cause: no-session", await product.RunAsync(["decision", "explain", "last"]));

        using var down = await alice.SignInAsync(product.Url("dead"), "alice");
        explained = await ExplainAsync(product, down, 502);
        Assert.Contains("the upstream http://127.0.0.1:9 refused the connection", explained);
        Assert.Contains("user: alice", explained);
        var log = await File.ReadAllLinesAsync(Path.Combine(product.Data, "logs", "doorward.log"));
        Assert.Single(log, line => line.Contains("127.0.0.1:9", StringComparison.Ordinal) || line.Contains("Yarp", StringComparison.Ordinal));

        await product.RunAsync(["session", "revoke", "--user", "alice", "--reason", "lost laptop", "--note", "ticket 4711"]);
        using var back = await alice.SendAsync(HttpMethod.Get, product.Url("dead"), api: true);
        Assert.Contains("an administrator ended this session: lost laptop", await back.Content.ReadAsStringAsync());
        Assert.Contains("reason: lost laptop", await ExplainAsync(product, back, 401));
        using var page = await alice.FollowAsync(HttpMethod.Get, product.Url("dead"));
        Assert.Contains("Sign in again: an administrator ended this session.", await page.Content.ReadAsStringAsync());

        var last = await product.RunAsync(["decision", "explain", "last"]);
        Assert.Contains("decision: allow", last);
        Assert.Matches(@"today:\s+decision: deny\s+cause: SessionEnded", last);
        Assert.Contains("by: local", last);
        Assert.DoesNotContain("4711", last);
        Assert.Contains("lost laptop", await product.RunAsync(["session", "list", "--ended"]));

        Assert.Contains("7 days", await product.RunAsync(["decision", "explain", "ref_nobodysaw"], expected: 1));
    }

    // What a gateway tells is there in a moment, not at once.
    private static async Task<string> ExplainAsync(ProductProcess product, HttpResponseMessage answer, int status)
    {
        Assert.Equal(status, (int)answer.StatusCode);
        var reference = Reference().Match(WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync())).Value;
        var (code, output) = (1, "");
        for (var attempt = 0; attempt < 100 && code != 0; attempt++)
            (code, output) = await product.TryRunAsync(["decision", "explain", reference]);
        Assert.True(code == 0, output);
        Assert.Contains($"id: {reference}", output);
        return output;
    }

    [GeneratedRegex(@"ref_\w+")]
    private static partial Regex Reference();
}
