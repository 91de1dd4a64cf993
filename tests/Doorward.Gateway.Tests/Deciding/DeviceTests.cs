using System.Net;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Grants;
using Doorward.Testing.ControlPlane;
using Doorward.Testing.Product;

namespace Doorward.Gateway.Tests.Deciding;

/// <summary>What a session's device says holds at every moment, on what is open too.</summary>
public sealed class DeviceTests
{
    private const string Compliant = """
        permit (principal in Group::"engineering", action, resource == Application::"wiki")
        when { context has device && context.device.compliant && context.device.keyAssurance >= 3
            && context.device.posture has firewall && context.device.posture.firewall.pass && context.device.posture.firewall.provenance >= 2 };
        """;

    private const string Bound = """
        permit (principal in Group::"engineering", action, resource == Application::"wiki") when { context has device && context.device.bound };
        """;

    private static readonly string Laptop = DeviceId.New().Value;

    private static readonly (string What, Action<DeviceState> Change)[] Turns =
    [
        ("not compliant", state =>
        {
            state.Compliant = false;
            state.Reasons.Add("A firewall refuses what was not asked for: no. Turn the firewall on.");
        }),
        ("a fact fails", state => state.Facts[0].Pass = false),
        ("a fact is only claimed", state => state.Facts[0].Provenance = 1),
        ("a fact is not known any more", state => state.Facts.Clear()),
        ("stale", state => state.Stale = true),
        ("held", state => state.Standing = "held"),
        ("of a standing that nobody knows", state => state.Standing = "blessed"),
        ("its key is kept worse", state => state.KeyAssurance = 1),
        ("retired", state => state.Standing = "retired"),
    ];

    [Fact]
    public async Task A_device_that_turns_loses_what_is_open_and_has_it_back_without_a_new_sign_in()
    {
        await using var gateway = await DecidingGateway.StartAsync(policy: Compliant);
        var now = TimeProvider.System.GetUtcNow();
        var alice = gateway.SignIn("ses_a", "alice");
        Assert.Equal(403, await gateway.StatusAsync(alice));
        gateway.Plane.Commit(Scenario.Device(Laptop));
        gateway.Plane.Commit(Scenario.Session("ses_a", "alice", 2, now).OnDevice(Laptop));
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 200, "the device let the session in");
        foreach (var (what, change) in Turns)
        {
            await using var open = await LiveClient.OpenStreamAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/drip", alice, new Version(2, 0));
            gateway.Plane.Commit(Scenario.Device(Laptop, change));
            await open.Ended.WaitAsync(TimeSpan.FromSeconds(30));
            Assert.True(await gateway.StatusAsync(alice) == 403, what);
            gateway.Plane.Commit(Scenario.Device(Laptop));
            await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 200, $"it came back after: {what}");
        }
    }

    [Fact]
    public async Task Another_device_turning_concerns_nobody_here_and_the_person_is_told_what_to_fix()
    {
        await using var gateway = await DecidingGateway.StartAsync(policy: Compliant);
        var alice = gateway.SignIn("ses_a", "alice");
        gateway.Plane.Commit(Scenario.Device(Laptop), Scenario.Device("dev_other"));
        gateway.Plane.Commit(Scenario.Session("ses_a", "alice", 2, TimeProvider.System.GetUtcNow()).OnDevice(Laptop));
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 200, "the device let the session in");
        await using var open = await LiveClient.OpenStreamAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/drip", alice, new Version(2, 0));

        gateway.Plane.Commit(Scenario.Device("dev_other", static state => state.Compliant = false));
        Assert.Equal(200, await gateway.StatusAsync(alice));
        Assert.False(open.Ended.IsCompleted);

        gateway.Plane.Commit(Scenario.Device(Laptop, Turns[0].Change));
        await open.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        using var denied = await gateway.GetAsync(alice);
        Assert.Contains("Turn the firewall on.", await denied.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        await Eventually.TrueAsync(
            () => gateway.Plane.Records.Any(record => record.Decision?.Told.Contains("your device changed", StringComparison.Ordinal) is true), "the record says what was told");
    }

    [Fact]
    public async Task What_changed_is_told_by_the_clock_too_where_that_looks_before_the_change_itself_does()
    {
        await using var gateway = await DecidingGateway.StartAsync(policy: Compliant.Replace("};", "&& context.time.now > datetime(\"2000-01-01\") };", StringComparison.Ordinal));
        var alice = gateway.SignIn("ses_a", "alice");
        gateway.Plane.Commit(Scenario.Device(Laptop));
        gateway.Plane.Commit(Scenario.Session("ses_a", "alice", 2, TimeProvider.System.GetUtcNow()).OnDevice(Laptop));
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 200, "the device let the session in");
        await using var open = await LiveClient.OpenStreamAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/drip", alice, new Version(2, 0));

        var state = gateway.State.Current;
        gateway.Part<Reevaluation>().Expect(new Impact { Sessions = { "ses_a" }, Devices = { Laptop } });
        gateway.State.Publish(state with { Devices = state.Devices.SetItem(Laptop, DeviceView.Of(Scenario.Device(Laptop, Turns[0].Change).Device)) });
        await open.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        await Eventually.TrueAsync(
            () => gateway.Plane.Records.Any(record => record.Decision?.Told.Contains("your device changed", StringComparison.Ordinal) is true), "the record says what was told");
    }

    [Fact]
    public async Task A_session_is_bound_where_its_device_is_and_nowhere_else()
    {
        await using var gateway = await DecidingGateway.StartAsync(policy: Bound);
        var alice = gateway.SignIn("ses_a", "alice");
        var bob = gateway.SignIn("ses_b", "bob");
        gateway.Plane.Commit(Scenario.Device(Laptop), Scenario.Session("ses_a", "alice", 2, TimeProvider.System.GetUtcNow()).OnDevice(Laptop, "another kind of client"));

        // It was signed for a client of another kind: that is told, with what this one is.
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 403 && !gateway.Plane.Strays.IsEmpty, "the kind of client is told");
        var client = gateway.Plane.Strays.Single().Client;
        Assert.Equal(32, client.Length);
        gateway.Plane.Send(Scenario.DeviceFresh(Laptop, TimeProvider.System.GetUtcNow()));
        gateway.Plane.Send(Scenario.DeviceFresh("dev_other", TimeProvider.System.GetUtcNow()));
        Assert.Equal(403, await gateway.StatusAsync(alice));
        gateway.Plane.Commit(Scenario.Session("ses_a", "alice", 2, TimeProvider.System.GetUtcNow()).OnDevice(Laptop, client));
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 200, "the session is bound to this kind of client");

        gateway.Plane.Send(Scenario.DeviceFresh(Laptop, TimeProvider.System.GetUtcNow(), "192.0.2.7"));
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 403, "the device is elsewhere");
        gateway.Plane.Send(Scenario.DeviceFresh("dev_other", TimeProvider.System.GetUtcNow()));
        Assert.Equal(403, await gateway.StatusAsync(alice));

        var proved = TimeProvider.System.GetUtcNow();
        gateway.Plane.Send(Scenario.DeviceFresh(Laptop, proved));
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 200, "the session is bound again");
        Assert.Equal(403, await gateway.StatusAsync(bob));
        await using var open = await LiveClient.OpenStreamAsync(gateway.Port, gateway.CaFile, $"{DecidingGateway.Url}/drip", alice, new Version(2, 0));

        // The device is heard from elsewhere: this is not where it is.
        gateway.Plane.Send(Scenario.DeviceFresh(Laptop, proved.AddSeconds(1), "192.0.2.7"));
        await open.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(403, await gateway.StatusAsync(alice));
        Assert.Single(gateway.Plane.Strays);
        await Eventually.TrueAsync(() => gateway.Plane.Records.Any(static record => record.Decision?.Told == "your device is not heard from here any more"), "the record says what was told");
    }

    [Fact]
    public async Task A_cookie_that_comes_from_elsewhere_is_told_at_once_and_once_a_place_and_its_session_lives_on_where_it_is_bound()
    {
        await using var gateway = await DecidingGateway.StartAsync(policy: Bound);
        var alice = gateway.SignIn("ses_a", "alice");
        gateway.Plane.Commit(Scenario.Device(Laptop), Scenario.Session("ses_a", "alice", 2, TimeProvider.System.GetUtcNow()).OnDevice(Laptop, "unknown"));
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 403 && !gateway.Plane.Strays.IsEmpty, "the kind of client is told");
        var client = gateway.Plane.Strays.Single().Client;
        gateway.Plane.Commit(Scenario.Session("ses_a", "alice", 2, TimeProvider.System.GetUtcNow()).OnDevice(Laptop, client));
        gateway.Plane.Send(Scenario.DeviceFresh(Laptop, TimeProvider.System.GetUtcNow()));
        await Eventually.TrueAsync(async () => await gateway.StatusAsync(alice) == 200, "bound");

        using var thief = new HttpMessageInvoker(Visitor.NewHandler(gateway.Port, gateway.CaFile, IPAddress.Parse("127.0.0.2")));
        for (var i = 0; i < 3; i++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, DecidingGateway.Url);
            request.Headers.TryAddWithoutValidation("Cookie", alice);
            using var refused = await thief.SendAsync(request, CancellationToken.None);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        await Eventually.TrueAsync(() => gateway.Plane.Strays.Count == 2, "the thief is told of");
        Assert.Equal(("127.0.0.2", client, "ses_a"), gateway.Plane.Strays.Select(static stray => (stray.Address, stray.Client, stray.SessionId)).Last());
        Assert.Equal(200, await gateway.StatusAsync(alice));
    }
}
