using System.Net;
using System.Text.Json;
using Doorward.Testing.Devices;
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
    public async Task<(string Challenge, string Origin)> ChallengeAsync()
    {
        using var asked = await Alice.SendAsync(HttpMethod.Get, _product.Url("auth", "/device/challenge"), api: true);
        var challenge = JsonDocument.Parse(await asked.Content.ReadAsStringAsync()).RootElement;
        return (challenge.GetProperty("challenge").GetString()!, challenge.GetProperty("origin").GetString()!);
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
