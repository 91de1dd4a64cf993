using System.Net;
using System.Text.Json;
using Doorward.Agent.Tests.Posture;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Devices;

/// <summary>The agent as people run it, against a whole product: from its link to a connection that its machine cuts and gets back.</summary>
public sealed class AgentTests(ITestOutputHelper output)
{
    private const string FirewallAnswer = "answers/nft -j list ruleset";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_firewall_that_is_turned_off_cuts_what_is_open_and_turned_on_opens_again_without_a_new_sign_in()
    {
        await using var product = await ProductProcess.StartAsync();
        await using var door = await FirewallDoor.OpenAsync(product);
        using var tree = FixtureTree.Of("linux-pass", TimeProvider.System.GetUtcNow());
        using var road = new DeviceRoad(product);
        await using var agent = new AgentProcess(product, tree.Path);
        await EnrolAsync(road, agent);
        agent.Start();
        await FirewallDoor.EventuallyAsync(async () => (await agent.StatusAsync()).Code == 0, () => $"green: {agent.Output}");

        await door.AskAgentAsync();
        await door.BecomesAsync(200, static () => "bound");
        await using var open = await LiveClient.OpenWebSocketAsync(product.Port, Path.Combine(product.Data, "ca.pem"), product.Url("wiki", "/ws"), door.Cookies, HttpVersion.Version11);

        await CopiedAsync(product, door);

        var firewall = Path.Combine(tree.Path, FirewallAnswer);
        var on = await File.ReadAllTextAsync(firewall);
        var off = TimeProvider.System.GetTimestamp();
        await File.WriteAllTextAsync(firewall, on.Replace("\"drop\"", "\"accept\"", StringComparison.Ordinal));
        var ending = await open.Ended.WaitAsync(Patience, TimeProvider.System);
        output.WriteLine($"cut {TimeProvider.System.GetElapsedTime(off, ending.Timestamp).TotalMilliseconds:0} ms after the firewall was turned off");
        Assert.Equal(403, await door.StatusAsync());
        var (code, words) = await agent.StatusAsync();
        Assert.True(code == 2, words);
        Assert.Contains("Turn the firewall on.", words, StringComparison.Ordinal);

        var again = TimeProvider.System.GetTimestamp();
        await File.WriteAllTextAsync(firewall, on);
        await FirewallDoor.EventuallyAsync(async () => await door.StatusAsync() == 200, () => $"on again: {agent.Output}");
        output.WriteLine($"open {TimeProvider.System.GetElapsedTime(again).TotalMilliseconds:0} ms after it was turned on");

        await NewRuleAsync(product, agent);

        // The control plane is killed: its person is told. It comes back, and so does the agent, without anybody's doing.
        await product.KillAsync();
        await File.WriteAllTextAsync(Path.Combine(tree.Path, "run", "reboot-required"), "");
        await FirewallDoor.EventuallyAsync(async () => await agent.StatusAsync() is (1, var away) && away.Contains("Nothing was reported since", StringComparison.Ordinal), () => $"away: {agent.Output}");
        await product.LaunchAsync();
        var back = TimeProvider.System.GetUtcNow();
        await FirewallDoor.EventuallyAsync(async () => (await agent.HealthAsync()).GetProperty("lastReport").GetDateTimeOffset() > back, () => $"back: {agent.Output}");
        output.WriteLine($"reported {((await agent.HealthAsync()).GetProperty("lastReport").GetDateTimeOffset() - back).TotalMilliseconds:0} ms after the control plane was back");
        Assert.Equal(0, (await agent.StatusAsync()).Code);

        // So is the agent, which begins with a new key for TLS.
        await agent.KillAsync();
        agent.Start();
        var begun = TimeProvider.System.GetUtcNow();
        await FirewallDoor.EventuallyAsync(async () => (await agent.HealthAsync()).TryGetProperty("lastReport", out var last) && last.GetDateTimeOffset() > begun, () => $"started again: {agent.Output}");

        await product.RunAsync(["device", "hold", "laptop", "--reason", "Look at it first."]);
        await File.WriteAllTextAsync(firewall, on.Replace("\"drop\"", "\"accept\"", StringComparison.Ordinal));
        await FirewallDoor.EventuallyAsync(async () => (await agent.StatusAsync()) is (2, var held) && held.Contains("Look at it first.", StringComparison.Ordinal), () => $"held: {agent.Output}");
        await product.RunAsync(["device", "retire", "laptop"]);
        await File.WriteAllTextAsync(firewall, on);
        await FirewallDoor.EventuallyAsync(async () => (await agent.StatusAsync()) is (2, var retired) && retired.Contains("retired", StringComparison.Ordinal), () => $"retired: {agent.Output}");
    }

    // Whoever asks is told of a new rule at once, and not with the next report.
    private static async Task NewRuleAsync(ProductProcess product, AgentProcess agent)
    {
        var reported = (await agent.HealthAsync()).GetProperty("lastReport").GetDateTimeOffset();
        await product.ApplyAsync("""
            kind: PostureRule
            name: windows-alone
            when: context.platform == "windows"
            title: This machine runs another system.
            loosen: 0s
            """);
        await FirewallDoor.EventuallyAsync(async () => await agent.StatusAsync() is (2, var told) && told.Contains("This machine runs another system.", StringComparison.Ordinal), () => $"a new rule: {agent.Output}");
        if (TimeProvider.System.GetUtcNow() - reported < TimeSpan.FromSeconds(25)) Assert.Equal(reported, (await agent.HealthAsync()).GetProperty("lastReport").GetDateTimeOffset());
        await product.RunAsync(["delete", "PostureRule", "windows-alone"]);
        await FirewallDoor.EventuallyAsync(async () => (await agent.StatusAsync()).Code == 0, () => $"the rule is gone: {agent.Output}");
    }

    [Fact]
    public async Task A_laptop_whose_firewall_is_turned_off_in_the_kernel_loses_its_WebSocket_its_download_and_its_next_request()
    {
        Assert.SkipWhen(LaptopNamespace.Missing is not null, LaptopNamespace.Missing ?? "");
        await using var product = await ProductProcess.StartAsync();
        await using var door = await FirewallDoor.OpenAsync(product);
        await using var laptop = LaptopNamespace.Start(product.Port);
        using var road = new DeviceRoad(product);
        await using var agent = new AgentProcess(product, tree: null, laptop);
        await EnrolAsync(road, agent);
        agent.Start();
        await FirewallDoor.EventuallyAsync(async () => (await agent.StatusAsync()).Code == 0, () => $"green: {agent.Output}");
        var (session, challenge, origin) = await door.ChallengeAsync();
        laptop.AskAgent(origin, JsonSerializer.Serialize(new { session, challenge }));
        await door.BecomesAsync(200, static () => "bound");
        var ca = Path.Combine(product.Data, "ca.pem");
        await using var socket = await LiveClient.OpenWebSocketAsync(product.Port, ca, product.Url("wiki", "/ws"), door.Cookies, HttpVersion.Version11);
        await using var download = await LiveClient.OpenStreamAsync(product.Port, ca, product.Url("wiki", "/download"), door.Cookies, HttpVersion.Version20);

        var off = TimeProvider.System.GetTimestamp();
        laptop.Firewall(on: false);
        foreach (var (what, open) in new[] { ("WebSocket", socket), ("download", download) })
        {
            var ending = await open.Ended.WaitAsync(Patience, TimeProvider.System);
            output.WriteLine($"{what} cut {TimeProvider.System.GetElapsedTime(off, ending.Timestamp).TotalMilliseconds:0} ms after the firewall was turned off");
        }

        using (var page = await door.Alice.SendAsync(HttpMethod.Get, product.Url("wiki", "/")))
        {
            var words = await page.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.Forbidden, page.StatusCode);
            Assert.Contains("firewall is off", words, StringComparison.Ordinal);
            Assert.Contains("Turn the firewall on.", words, StringComparison.Ordinal);
        }

        var (code, said) = await agent.StatusAsync();
        Assert.True(code == 2 && said.Contains("firewall is off", StringComparison.Ordinal) && said.Contains("Turn the firewall on.", StringComparison.Ordinal), said);

        var again = TimeProvider.System.GetTimestamp();
        laptop.Firewall(on: true);
        await door.BecomesAsync(200, () => $"on again: {agent.Output}");
        output.WriteLine($"open {TimeProvider.System.GetElapsedTime(again).TotalMilliseconds:0} ms after it was turned on, without a new sign-in");

        // An agent that begins anew asks for a nonce, which is no refusal for the record.
        Assert.DoesNotContain("device-refused", await product.RunAsync(["audit", "export"]), StringComparison.Ordinal);
    }

    [Fact(Explicit = true)] // waits for the 75 seconds that a device may be silent
    public async Task An_agent_that_is_killed_unbinds_after_60_seconds_and_makes_its_device_stale_after_75_and_one_that_returns_makes_it_count_again()
    {
        await using var product = await ProductProcess.StartAsync();
        await using var door = await FirewallDoor.OpenAsync(product);
        using var tree = FixtureTree.Of("linux-pass", TimeProvider.System.GetUtcNow());
        using var road = new DeviceRoad(product);
        await using var agent = new AgentProcess(product, tree.Path);
        await EnrolAsync(road, agent);
        agent.Start();
        await FirewallDoor.EventuallyAsync(async () => (await agent.StatusAsync()).Code == 0, () => $"green: {agent.Output}");
        await door.AskAgentAsync();
        var last = TimeProvider.System.GetUtcNow();
        await door.BecomesAsync(200, static () => "bound");
        await using var open = await LiveClient.OpenWebSocketAsync(product.Port, Path.Combine(product.Data, "ca.pem"), product.Url("wiki", "/ws"), door.Cookies, HttpVersion.Version11);
        await agent.KillAsync();
        if ((await agent.HealthAsync()).GetProperty("lastReport").GetDateTimeOffset() is var reported && reported > last) last = reported;
        await open.Ended.WaitAsync(TimeSpan.FromMinutes(2), TimeProvider.System);
        var bound = TimeProvider.System.GetUtcNow() - last;
        output.WriteLine($"cut {bound.TotalSeconds:0.0} s after the device last signed");
        Assert.InRange(bound, TimeSpan.FromSeconds(59), TimeSpan.FromSeconds(65));
        Assert.Equal(403, await door.StatusAsync());

        while (!await IsStaleAsync(product) && TimeProvider.System.GetUtcNow() - last < TimeSpan.FromMinutes(2))
            await Task.Delay(TimeSpan.FromMilliseconds(500), TimeProvider.System);
        var silent = TimeProvider.System.GetUtcNow() - last;
        output.WriteLine($"stale {silent.TotalSeconds:0.0} s after the device last signed");
        Assert.InRange(silent, TimeSpan.FromSeconds(70), TimeSpan.FromSeconds(85));
        Assert.Equal(2, (await agent.StatusAsync()).Code);

        var started = TimeProvider.System.GetTimestamp();
        agent.Start();
        await door.BecomesAsync(200, () => $"back: {agent.Output}");
        output.WriteLine($"open {TimeProvider.System.GetElapsedTime(started).TotalMilliseconds:0} ms after it was started");
        Assert.False(await IsStaleAsync(product));
    }

    [Fact]
    public async Task Links_that_are_wrong_used_or_of_another_installation_enrol_nothing_and_say_so()
    {
        await using var product = await ProductProcess.StartAsync();
        using var road = new DeviceRoad(product);
        await using var agent = new AgentProcess(product, "/");
        await using var second = new AgentProcess(product, "/");
        var link = await road.InviteAsync();
        await SaysAsync(agent, "https://auth.doorward.test/device/enroll", 1, "no enrolment link");
        var foreign = link with { Secret = link.Secret with { WebFingerprint = link.Secret.Secret } };
        await SaysAsync(agent, foreign.ToText(), 1, "not the installation");
        await SaysAsync(agent, (link with { Secret = link.Secret with { Secret = link.Secret.WebFingerprint } }).ToText(), 1, "used, expired or not one");
        Assert.Equal(2, (await agent.StatusAsync()).Code);

        await SaysAsync(agent, link.ToText(), 0, "key: file");
        await SaysAsync(second, link.ToText(), 1, "used, expired or not one");
        await SaysAsync(agent, (await road.InviteAsync()).ToText(), 1, "is enrolled as");
    }

    private static async Task EnrolAsync(DeviceRoad road, AgentProcess agent)
    {
        var (code, said) = await agent.EnrollAsync((await road.InviteAsync("--owner", "alice", "--name", "laptop")).ToText());
        Assert.True(code == 0 && said.Contains("Enrolled as laptop", StringComparison.Ordinal), said);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(agent.State, "device.key")));
    }

    private static async Task SaysAsync(AgentProcess agent, string link, int expected, string words)
    {
        var (code, said) = await agent.EnrollAsync(link);
        Assert.True(code == expected && said.Contains(words, StringComparison.Ordinal), $"{code}: {said}");
    }

    // The cookie on another machine, though with the same program: refused and told at once; where it belongs it goes on being good.
    private static async Task CopiedAsync(ProductProcess product, FirewallDoor door)
    {
        using var thief = new Visitor(product.Port, Path.Combine(product.Data, "ca.pem"), IPAddress.Parse("127.0.0.2"));
        var host = $"wiki.{ProductProcess.Domain}";
        thief.SetCookie(host, "__Host-doorward", door.Alice.Cookie(host, "__Host-doorward")!);
        using (var refused = await thief.SendAsync(HttpMethod.Get, product.Url("wiki", "/"), api: true)) Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        await FirewallDoor.EventuallyAsync(async () => (await product.RunAsync(["audit", "export"])).Contains("session-elsewhere", StringComparison.Ordinal), static () => "the signal");
        Assert.Equal(200, await door.StatusAsync());
    }

    private static async Task<bool> IsStaleAsync(ProductProcess product) =>
        JsonDocument.Parse(await product.RunAsync(["device", "show", "laptop", "-o", "json"])).RootElement.GetProperty("device").GetProperty("stale").GetBoolean();
}
