using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Doorward.Core.Devices.Reports;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Devices;

/// <summary>One person, and one application that opens to them on a device that is bound and has its firewall on.</summary>
internal sealed class FirewallDoor : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly ProductProcess _product;
    private readonly Upstream _upstream;

    private FirewallDoor(ProductProcess product, Upstream upstream) => (_product, _upstream, Alice) = (product, upstream, product.NewVisitor());

    public Visitor Alice { get; }

    public string Cookies => Alice.CookieHeader($"wiki.{ProductProcess.Domain}");

    /// <summary>Alice is signed in, and kept out: no device speaks for her yet.</summary>
    public static async Task<FirewallDoor> OpenAsync(ProductProcess product)
    {
        var upstream = await Upstream.StartAsync();
        await product.AddUserAsync("alice");
        await product.ApplyAsync(
            $$"""
            kind: Application
            name: wiki
            hosts: [wiki.{{ProductProcess.Domain}}]
            upstream: {{upstream.Address}}
            ---
            kind: Policy
            name: wiki
            cedar: |
              permit (principal == User::"alice", action in Action::"access", resource == Application::"wiki")
              when { context has device && context.device.bound && context.device.compliant && context.device.posture has firewall };
            ---
            kind: PostureRule
            name: firewall
            when: context.posture.firewall.pass
            loosen: 0s
            """);
        var door = new FirewallDoor(product, upstream);
        using var before = await door.Alice.SignInAsync(product.Url("wiki"), "alice");
        Assert.Equal(HttpStatusCode.Forbidden, before.StatusCode);
        return door;
    }

    /// <summary>What the page of a session asks a device to sign.</summary>
    public async Task<(string Session, string Challenge, string Origin)> ChallengeAsync()
    {
        using var asked = await Alice.SendAsync(HttpMethod.Get, _product.Url("auth", "/device/challenge"), api: true);
        var challenge = JsonDocument.Parse(await asked.Content.ReadAsStringAsync()).RootElement;
        return (challenge.GetProperty("session").GetString()!, challenge.GetProperty("challenge").GetString()!, challenge.GetProperty("origin").GetString()!);
    }

    /// <summary>What the page does: it asks the agent of this machine, whichever of the ports it has.</summary>
    public async Task AskAgentAsync()
    {
        var (session, challenge, origin) = await ChallengeAsync();
        using var http = new HttpClient();
        var answers = new List<string>();
        foreach (var port in AgentAsk.Ports)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, $"http://127.0.0.1:{port}{AgentAsk.Path}")
            {
                Content = new StringContent(JsonSerializer.Serialize(new { session, challenge }), MediaTypeHeaderValue.Parse("application/json")),
                Headers = { { "Origin", origin } },
            };
            try
            {
                using var answer = await http.SendAsync(request);
                if (answer.StatusCode == HttpStatusCode.NoContent) return;
                answers.Add($"{port}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
            }
            catch (HttpRequestException nobody)
            {
                answers.Add($"{port}: {nobody.Message}");
            }
        }

        Assert.Fail(string.Join('\n', answers));
    }

    public async Task<int> StatusAsync()
    {
        using var response = await Alice.SendAsync(HttpMethod.Get, _product.Url("wiki", "/"), api: true);
        return (int)response.StatusCode;
    }

    public Task BecomesAsync(int status, Func<string> what) => EventuallyAsync(async () => await StatusAsync() == status, what);

    public static async Task EventuallyAsync(Func<Task<bool>> holds, Func<string> what)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < Patience, what());
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Alice.Dispose();
        await _upstream.DisposeAsync();
    }
}
