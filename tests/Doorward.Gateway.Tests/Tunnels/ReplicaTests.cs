using Doorward.Core.Protocol;
using Doorward.Core.Tunnels;
using Doorward.Gateway.Tests.Deciding;
using Doorward.Testing.ControlPlane;
using Google.Protobuf.WellKnownTypes;

namespace Doorward.Gateway.Tests.Tunnels;

/// <summary>Machines of one connector as they come, go, drain and fail, and what people notice of it.</summary>
public sealed class ReplicaTests
{
    // Three seconds are promised; the rest is for a loaded machine.
    private static readonly TimeSpan Move = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task Two_share_the_load_also_of_a_burst_and_one_that_drains_keeps_what_it_has_and_gets_no_more()
    {
        await using var site = await TunnelSite.StartAsync();
        await using var second = await TestConnector.StartAsync(site.Gateway, replica: "rep2");

        // None is carried before all are ordered: what was only asked for counts as well.
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Func<TestConnector, ConnectorOrder, Task> together = async (connector, order) =>
        {
            if (site.Connector.Orders.Count + second.Orders.Count == 8) all.TrySetResult();
            await all.Task;
            await connector.DialAsync(order);
        };
        (site.Connector.OnOrder, second.OnOrder) = (together, together);
        var open = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => site.EchoAsync()));
        (site.Connector.OnOrder, second.OnOrder) = (null, null);
        Assert.Equal((4, 4), (site.Connector.Served, second.Served));

        // While they are opened one after the other: none is refused or lost for it.
        var orders = 0;
        var opening = Task.Run(async () =>
        {
            for (var i = 0; i < 12; i++)
            {
                if (i == 4)
                {
                    await site.Connector.HelloAsync(draining: true);
                    await Eventually.TrueAsync(() => site.Seen("rep1")!.Orders is null, "it is known to drain");
                    orders = site.Connector.Ordered;
                }

                await (await site.EchoAsync()).FinishAsync();
            }
        });
        await opening.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(orders, site.Connector.Ordered);
        foreach (var person in open)
        {
            await person.ExchangeAsync();
            await person.FinishAsync();
        }

        await Eventually.TrueAsync(() => site.Target.Open == 0, "all have ended");
        Assert.Equal(0, site.Target.Resets);
        Assert.True(site.Seen("rep1")!.Seen!.Hello!.Draining);
    }

    [Fact]
    public async Task One_that_is_told_to_drain_keeps_what_it_has_and_gets_nothing_new_also_alone_until_it_is_taken_back()
    {
        await using var site = await TunnelSite.StartAsync();
        await using var kept = await site.EchoAsync();
        await using (var second = await TestConnector.StartAsync(site.Gateway, replica: "rep2"))
        {
            await TellAsync(site, "rep1");
            for (var i = 0; i < 4; i++) await (await site.EchoAsync()).FinishAsync();
            Assert.Equal((1, 4), (site.Connector.Ordered, second.Ordered));
            await Eventually.TrueAsync(() => site.Gateway.Plane.Connectors?.Replicas.Any(static one => one is { Replica: "rep1", Draining: true }) is true, "the control plane is told that it was heard");

            // Whatever it says of itself, also on another stream.
            await site.Connector.HelloAsync(draining: false);
            await using var again = await TestConnector.StartAsync(site.Gateway);
            await (await site.EchoAsync()).FinishAsync();
            Assert.Equal((1, 0, 5), (site.Connector.Ordered, again.Ordered, second.Ordered));
        }

        // Alone it is not asked either, and nobody is waited for.
        await TellAsync(site, "rep1", "rep2");
        var started = TimeProvider.System.GetTimestamp();
        var (status, _, problem) = await site.OpenAsync("alice");
        Assert.Equal((502, TunnelCloseCodes.ConnectorLost), (status, problem.GetProperty("code").GetString()));
        Assert.Contains("told to drain", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(2));
        await kept.ExchangeAsync();

        await TellAsync(site);
        await (await site.EchoAsync()).FinishAsync();
        Assert.Equal(2, site.Connector.Ordered);
        await kept.ExchangeAsync();
    }

    [Fact]
    public async Task What_is_asked_for_moves_to_another_within_three_seconds_when_a_machine_resets_or_falls_silent()
    {
        await using var site = await TunnelSite.StartAsync();
        await using var second = await TestConnector.StartAsync(site.Gateway, replica: "rep2");
        await using var kept = await site.EchoAsync(); // so that the other is the one that is asked
        var silent = site.Connector.Served == 0 ? site.Connector : second;
        var other = ReferenceEquals(silent, second) ? site.Connector : second;
        silent.IsSilent = true;
        await silent.WriteAsync(new byte[] { 4, 0, 1, 0, (byte)'{' }); // in the middle of a frame
        silent.OnOrder = static (_, _) => Task.CompletedTask;
        var started = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(async _ => await (await site.EchoAsync()).FinishAsync()));
        var took = TimeProvider.System.GetElapsedTime(started);
        Assert.True(silent.Ordered >= 1, "it was asked");
        Assert.True(took < Move, $"silence: {took}");

        // The other one breaks off, with all that it carries, and has a successor.
        await using var third = await TestConnector.StartAsync(site.Gateway, replica: ReferenceEquals(other, second) ? "rep1" : "rep2");
        other.Kill();
        started = TimeProvider.System.GetTimestamp();
        await (await site.EchoAsync()).FinishAsync();
        took = TimeProvider.System.GetElapsedTime(started);
        Assert.True(took < Move, $"reset: {took}");
        Assert.Equal(TunnelCloseCodes.ConnectorLost, (await kept.ClosedAsync()).Code);
        Assert.Equal(1, third.Served);
    }

    [Fact]
    public async Task A_single_machine_that_is_restarted_is_waited_for_a_moment_and_one_that_stays_away_is_not()
    {
        await using var site = await TunnelSite.StartAsync();
        await site.Connector.DisposeAsync();
        var asking = site.EchoAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        Assert.False(asking.IsCompleted);
        await using (await TestConnector.StartAsync(site.Gateway))
        {
            await (await asking).DisposeAsync();
        }

        var started = TimeProvider.System.GetTimestamp();
        var (status, _, problem) = await site.OpenAsync("alice");
        Assert.Equal((502, TunnelCloseCodes.ConnectorLost), (status, problem.GetProperty("code").GetString()));
        Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10));

        // Away for longer than that already.
        started = TimeProvider.System.GetTimestamp();
        Assert.Equal(502, (await site.OpenAsync("alice")).Status);
        Assert.True(TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(2));
    }

    private static async Task TellAsync(TunnelSite site, params string[] draining)
    {
        var revision = site.Gateway.Plane.Commit(Scenario.Connector("hq", ["rep1", "rep2"], draining));
        await Eventually.TrueAsync(() => site.Gateway.State.Current.Revision >= revision, "it is heard");
    }

    [Fact]
    public async Task Tunnels_are_opened_while_the_control_plane_is_away_for_as_long_as_the_lease_says()
    {
        var settings = new Settings { Domain = "door.test", PublicPort = 8443, Lease = Duration.FromTimeSpan(TimeSpan.FromSeconds(60)), StrictLease = Duration.FromTimeSpan(TimeSpan.FromSeconds(1)) };
        await using var site = await TunnelSite.StartAsync(more: [new Change { Settings = settings }]);
        var token = site.Token("alice");
        var (_, first, _) = await TestPerson.OpenAsync(site.Http, token);
        await first!.DisposeAsync();
        site.Gateway.Plane.Partition();
        await Eventually.TrueAsync(async () => (await site.Connector.AskAsync(TunnelPaths.Targets, HttpMethod.Get)).Status == 503, "what the control plane answers is not asked");
        var (status, person, problem) = await TestPerson.OpenAsync(site.Http, token);
        Assert.True(status == 200, $"{problem}");
        await person!.ExchangeAsync();
        await person.DisposeAsync();
    }
}
