using Doorward.Agent.Tests.Posture;
using Doorward.EndToEnd.Tests.Devices;
using Doorward.Testing.Product;
using Microsoft.Playwright;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>Sign-in on a machine with an agent: a real Chromium asks a real doorward-agent, for a door that opens to bound devices only.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class DeviceCheckTests(DemoBrowser demo, ITestOutputHelper output)
{
    [Fact]
    public async Task Whoever_signs_in_on_their_device_is_let_in_without_a_question_and_a_copy_of_the_cookie_is_not()
    {
        await using var person = await demo.OpenAsync();
        await DoorAsync("dora");
        using var tree = FixtureTree.Of("linux-pass", TimeProvider.System.GetUtcNow());
        await using var agent = await EnrolAsync("dora", tree.Path);
        agent.Start();
        await EventuallyAsync(async () => (await agent.StatusAsync()).Code < 2, () => agent.Output);

        await person.GoAsync("desk-dora");
        await person.SignInAsync("dora", new Authenticator(Visitor.TotpSecret));
        await person.ArrivesAsync("desk-dora");
        Assert.True(person.Status == 200, await person.TextAsync());

        // What else the browser does is the same kind of client: a WebSocket, which asks for another protocol, and a connection of its own.
        Assert.Equal("open", await person.Page.EvaluateAsync<string>(
            "() => new Promise(done => { const socket = new WebSocket(`wss://${location.host}/ws`); socket.onopen = () => done('open'); socket.onerror = () => done('closed'); })"));
        Assert.DoesNotContain("session-elsewhere", await demo.Product.RunAsync(["audit", "export"]), StringComparison.Ordinal);

        using var thief = demo.Product.NewVisitor();
        var cookies = await person.Page.Context.CookiesAsync([demo.Product.Url("desk-dora")]);
        thief.SetCookie($"desk-dora.{ProductProcess.Domain}", "__Host-doorward", cookies.Single(static cookie => cookie.Name == "__Host-doorward").Value);
        using (var refused = await thief.SendAsync(HttpMethod.Get, demo.Product.Url("desk-dora"), api: true)) Assert.Equal(403, (int)refused.StatusCode);
        await EventuallyAsync(async () => (await demo.Product.RunAsync(["audit", "export"])).Contains("session-elsewhere", StringComparison.Ordinal), () => "the signal");
        await person.GoAsync("desk-dora");
        Assert.Equal(200, person.Status);
    }

    private async Task DoorAsync(string name)
    {
        await demo.AddUserAsync(name);
        await demo.Product.ApplyAsync(
            $$"""
            kind: Application
            name: desk-{{name}}
            hosts: [desk-{{name}}.{{ProductProcess.Domain}}]
            upstream: {{demo.UpstreamAddress}}
            ---
            kind: Policy
            name: desk-{{name}}
            cedar: |
              permit (principal == User::"{{name}}", action in Action::"access", resource == Application::"desk-{{name}}")
              when { context has device && context.device.bound };
            """);
    }

    private async Task<AgentProcess> EnrolAsync(string owner, string tree)
    {
        using var road = new DeviceRoad(demo.Product);
        var agent = new AgentProcess(demo.Product, tree);
        var (code, said) = await agent.EnrollAsync((await road.InviteAsync("--owner", owner, "--name", $"{owner}-laptop")).ToText());
        Assert.True(code == 0, said);
        output.WriteLine(said);
        return agent;
    }

    private static async Task EventuallyAsync(Func<Task<bool>> holds, Func<string> what)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(begun) < TimeSpan.FromSeconds(30), what());
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }
}
