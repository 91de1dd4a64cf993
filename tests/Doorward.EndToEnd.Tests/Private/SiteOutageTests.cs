using System.Net.Sockets;
using System.Text.Json.Nodes;
using Doorward.EndToEnd.Tests.Histories;
using Doorward.EndToEnd.Tests.Namespaces;
using Doorward.Testing;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Private;

/// <summary>
/// What carries a tunnel is killed, or its wires are cut. Meanwhile Bob loses one application and keeps another: the one must carry nothing for
/// him, whatever comes back when, and the other must carry again soon. What carried and what was changed is looked at by the checker of the door's
/// own histories, with the records of it.
/// </summary>
[Collection(nameof(PrivateSite))]
public sealed class SiteOutageTests(PrivateSite site, ITestOutputHelper output)
{
    private static readonly TimeSpan Promised = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Cut = TimeSpan.FromSeconds(1);

    // Longer than gateway and connector wait for a word of each other.
    private static readonly TimeSpan Unheard = TimeSpan.FromSeconds(4);

    private readonly Recording _recording = new();
    private Access _bob;

    // The gateway that was there before.
    private TimeSpan _gatewayBegan = TimeSpan.FromHours(-1);

    [Fact]
    public Task Killed_and_cut_off_in_turn_it_carries_nothing_for_who_lost_access_and_soon_again_for_who_did_not() => RunAsync(TimeSpan.FromSeconds(1), Unheard);

    [Fact(Explicit = true)]
    public Task Killed_and_cut_off_for_half_a_minute_each_it_carries_nothing_for_who_lost_access_and_soon_again_for_who_did_not() => RunAsync(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30));

    private async Task RunAsync(TimeSpan dead, TimeSpan apart)
    {
        Assert.SkipWhen(PrivateSite.Missing is not null, PrivateSite.Missing ?? "");
        _bob = new Access("bob", await SessionOfBobAsync(), "quiet");
        var (_, quiet) = await site.Bob.ForwardAsync("quiet");
        await using var probe = new Probe(site.Bob, quiet, _recording, _bob);
        var (agent, loud) = await site.Bob.ForwardAsync("loud");
        await RunAsync("gateway killed", probe, (quiet, loud), KillGatewayAsync, dead, async () =>
        {
            _gatewayBegan = _recording.Now;
            await site.Product.StartGatewayAsync();
            return TimeProvider.System.GetTimestamp();
        });
        await RunAsync("connector killed", probe, (quiet, loud), site.Connector!.KillAsync, dead, async () =>
        {
            var started = TimeProvider.System.GetTimestamp();
            await site.StartConnectorAsync();
            return started;
        });
        foreach (var (name, machine) in Wires(all: apart > Unheard))
        {
            await RunAsync($"wire of the {name} cut", probe, (quiet, loud), () => LinkAsync(machine, on: false), apart, async () =>
            {
                await LinkAsync(machine, on: true);
                return TimeProvider.System.GetTimestamp();
            });
        }

        await AgentKilledAsync(agent, loud);
        _recording.GatewayLived(_gatewayBegan);
        await CheckAsync();
    }

    private async Task KillGatewayAsync()
    {
        await site.Product.Gateway!.KillAsync();
        _recording.GatewayLived(_gatewayBegan);
    }

    // With the records that are still on their way.
    private async Task CheckAsync()
    {
        IReadOnlyList<Violation> found = [];
        var history = _recording.ToHistory();
        await PrivateRoad.EventuallyAsync(async () =>
        {
            history = await AuditedDecisions.AddToAsync(history, _recording, site.Product.ControlData);
            return (found = HistoryChecker.Check(history)).All(static violation => violation.Rule != "served without record");
        }, () => string.Join('\n', found));
        Assert.Empty(found);
        Assert.Contains(history.Requests, request => request.Access == _bob);
        Assert.Contains(history.Requests, static request => request.Access.Application == "loud");
        Assert.Contains(history.Changes, static change => !change.Allows);
        output.WriteLine($"{_recording}: nothing wrong was let in");
    }

    private async Task ChangeAsync(bool allows)
    {
        var sent = _recording.Now;
        await site.Api.ApplyAsync(allows ? SiteDocuments.Quiet("bob") : SiteDocuments.Quiet());
        _recording.Changed(new Switch(SwitchKind.Policy, "quiet"), allows, sent);
    }

    private async Task<string> SessionOfBobAsync() => (await site.Api.GetAsync("sessions?user=bob"))!["items"]!.AsArray()
        .Where(static session => (string?)session!["kind"] == "agent").Select(static session => (string)session!["id"]!).First();

    private async Task RunAsync(string what, Probe probe, (int Quiet, int Loud) ports, Func<Task> fail, TimeSpan length, Func<Task<long>> back)
    {
        var before = TimeProvider.System.GetTimestamp();
        await probe.CarriesAgainAsync(before, () => $"{what}: before");
        using var open = await Probe.OpenAsync(site.Bob, ports.Quiet, Probe.Patient);
        Assert.NotNull(open);
        await using var lateness = new Lateness();
        await fail();
        await ChangeAsync(allows: false);
        var lost = TimeProvider.System.GetTimestamp();
        await Task.Delay(length, TimeProvider.System);
        var returned = await back();
        await using var other = new Probe(site.Bob, ports.Loud, _recording, _bob with { Application = "loud" });
        var took = TimeProvider.System.GetElapsedTime(returned, await other.CarriesAgainAsync(returned, () => $"{what}: {site.Connector!.Output}"));
        output.WriteLine($"{what} for {length.TotalSeconds:0} s: carries again {took.TotalMilliseconds:0} ms after its return");

        // All is there again, and still nothing for whoever lost it.
        await Task.Delay(Cut, TimeProvider.System);
        Assert.False(await Probe.SaysAsync(open, "after"), $"{what}: what was open went on");
        var allowed = TimeProvider.System.GetTimestamp();
        Assert.Equal(0, probe.CarriedBetween(lost + (long)(Cut.TotalSeconds * TimeProvider.System.TimestampFrequency), allowed));
        await ChangeAsync(allows: true);
        await probe.CarriesAgainAsync(allowed, () => $"{what}: allowed again");
        Assert.True(lateness.Excuses(took, Promised), $"{what}: {took.TotalMilliseconds:0} ms; others were woken {lateness.Worst.TotalMilliseconds:0} ms late");
    }

    // What it carried ends at the other end as well, and nobody is listed as having something open.
    private async Task AgentKilledAsync(Terminal agent, int loud)
    {
        using var open = await Probe.OpenAsync(site.Bob, loud, Probe.Patient);
        Assert.NotNull(open);
        await PrivateRoad.EventuallyAsync(async () => await OpenOfAsync("loud") == 1, static () => "it is listed");
        var killed = TimeProvider.System.GetTimestamp();
        await agent.KillAsync();
        await PrivateRoad.EventuallyAsync(async () => await OpenOfAsync("loud") == 0, static () => "it is listed no more");
        output.WriteLine($"agent killed: its tunnel is listed no more after {TimeProvider.System.GetElapsedTime(killed).TotalMilliseconds:0} ms");
        Assert.False(await Probe.SaysAsync(open, "after"));
        await using var lateness = new Lateness();
        var started = TimeProvider.System.GetTimestamp();
        var (_, again) = await site.Bob.ForwardAsync("loud");
        using (var next = await Probe.OpenAsync(site.Bob, again, Probe.Patient)) Assert.NotNull(next);
        var took = TimeProvider.System.GetElapsedTime(started);
        output.WriteLine($"agent killed: carries again {took.TotalMilliseconds:0} ms after its start");
        Assert.True(lateness.Excuses(took, Promised), $"{took.TotalMilliseconds:0} ms");
    }

    private async Task<int> OpenOfAsync(string application) =>
        (await site.Api.GetAsync("grants"))!["items"]!.AsArray().Where(grant => (string?)grant!["application"] == application).Sum(static grant => (int)grant!["connections"]!);

    // The gateway's is both of the others at once.
    private IEnumerable<(string Name, NetworkNamespace Machine)> Wires(bool all) => all
        ? [("laptop", site.Network.Laptop), ("site", site.Network.Connector), ("gateway", site.Network.Gateway)]
        : [("gateway", site.Network.Gateway)];

    private Task LinkAsync(NetworkNamespace machine, bool on)
    {
        site.Network.Link(machine, on);
        return Task.CompletedTask;
    }
}
