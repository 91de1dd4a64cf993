using Doorward.Agent.Tests.Posture;
using Doorward.Core.Devices.Reports;
using Doorward.EndToEnd.Tests.Devices;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Browser;

/// <summary>Sign-in on a machine with an agent: a real Chromium asks a real doorward-agent, for a door that opens to bound devices only.</summary>
[Collection(nameof(DemoBrowser))]
public sealed class DeviceCheckTests(DemoBrowser demo, ITestOutputHelper output)
{
    [Fact]
    public async Task Whoever_signs_in_on_their_device_is_let_in_with_the_browsers_permission_and_not_without_it_and_a_copy_of_the_cookie_is_not()
    {
        var codes = new Authenticator(Visitor.TotpSecret);
        await DoorAsync("finn");
        using var tree = FixtureTree.Of("linux-pass", TimeProvider.System.GetUtcNow());
        await using var agent = await EnrolAsync("finn", tree.Path);
        agent.Start();
        await EventuallyAsync(async () => (await agent.StatusAsync()).Code < 2, () => agent.Output);
        await using var person = await demo.OpenFarAwayAsync();
        await person.PermitAsync("denied", "loopback-network");
        await person.GoAsync("desk-finn");
        await person.SignInAsync("finn", codes);
        await person.ArrivesAsync("desk-finn");
        Assert.Equal(403, person.Status);
        await person.FollowAsync("Use a device that is enrolled with your organisation.");
        await person.SaysAsync("This browser may not speak with programs on this machine");
        Assert.False(await ReachesAsync(person)); // it is the browser that holds back, not our script alone

        await person.PermitAsync("granted", "loopback-network");
        Assert.True(await ReachesAsync(person));
        await person.Page.Context.ClearCookiesAsync();
        await person.GoAsync("desk-finn");
        await person.SignInAsync("finn", codes);
        await person.ArrivesAsync("desk-finn");
        Assert.True(person.Status == 200, await person.TextAsync());
        await CopiedAsync(person);
    }

    [Fact]
    public async Task No_agent_and_no_scripts_keep_nobody_from_signing_in_and_the_door_leads_to_what_opens_it()
    {
        var codes = new Authenticator(Visitor.TotpSecret);
        await DoorAsync("erin");
        using var tree = FixtureTree.Of("linux-pass", TimeProvider.System.GetUtcNow());
        await using var agent = await EnrolAsync("erin", tree.Path);
        await using (var plain = await demo.OpenAsync(scripts: false))
        {
            await plain.GoAsync("desk-erin");
            await plain.SignInAsync("erin", codes);
            await plain.ArrivesAsync("desk-erin");
            Assert.Equal(403, plain.Status);
        }

        await using var person = await demo.OpenAsync();
        await person.GoAsync("desk-erin");
        await person.SignInAsync("erin", codes);
        var begun = TimeProvider.System.GetTimestamp();
        await person.ArrivesAsync("desk-erin");
        output.WriteLine($"arrived {TimeProvider.System.GetElapsedTime(begun).TotalMilliseconds:0} ms after the code");
        Assert.Equal(403, person.Status);

        await person.FollowAsync("Use a device that is enrolled with your organisation.");
        await person.SaysAsync("No agent of this installation answered on this machine.");
        agent.Start();
        await EventuallyAsync(async () => (await agent.StatusAsync()).Code < 2, () => agent.Output);
        await person.FollowAsync("Try again");
        await person.ArrivesAsync("desk-erin");
        Assert.True(person.Status == 200, await person.TextAsync());
    }

    private async Task CopiedAsync(Person person)
    {
        // What else the browser does is the same kind of client: a WebSocket, which asks for another protocol, on a connection of its own.
        Assert.Equal("open", await person.Page.EvaluateAsync<string>(
            "() => new Promise(done => { const socket = new WebSocket(`wss://${location.host}/ws`); socket.onopen = () => done('open'); socket.onerror = () => done('closed'); })"));
        Assert.DoesNotContain("session-elsewhere", await demo.Product.RunAsync(["audit", "export"]), StringComparison.Ordinal);

        using var thief = demo.Product.NewVisitor();
        var cookies = await person.Page.Context.CookiesAsync([demo.Product.Url("desk-finn")]);
        thief.SetCookie($"desk-finn.{ProductProcess.Domain}", "__Host-doorward", cookies.Single(static cookie => cookie.Name == "__Host-doorward").Value);
        using (var refused = await thief.SendAsync(HttpMethod.Get, demo.Product.Url("desk-finn"), api: true)) Assert.Equal(403, (int)refused.StatusCode);
        await EventuallyAsync(async () => (await demo.Product.RunAsync(["audit", "export"])).Contains("session-elsewhere", StringComparison.Ordinal), () => "the signal");
        await person.GoAsync("desk-finn");
        Assert.Equal(200, person.Status);
    }

    private static Task<bool> ReachesAsync(Person person) => person.Page.EvaluateAsync<bool>(
        $"() => Promise.any([{string.Join(',', AgentAsk.Ports)}].map(port => fetch(`http://127.0.0.1:${{port}}{AgentAsk.Path}`, {{ method: 'POST', mode: 'no-cors' }}))).then(() => true, () => false)");

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
