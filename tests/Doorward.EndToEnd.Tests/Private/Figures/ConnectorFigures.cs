using System.Text.Json.Nodes;
using Doorward.Agent.People;
using Doorward.Agent.Tunnels;
using Doorward.Core.Tunnels;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Private.Figures;

/// <summary>
/// What a thousand connectors cost the parts while nothing is asked of them, and how soon a change is with all of them: <c>bench/connectors.sh</c>.
/// Gateway and control plane are processes of their own; the replicas run in this one, each as the agent runs it.
/// </summary>
public sealed class ConnectorFigures
{
    private const int Connectors = 1_000;
    private const int OfToken = 100;
    private const int AtOnce = 16;
    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_watched = TimeSpan.FromSeconds(60);

    [Fact(Explicit = true)]
    public async Task A_thousand_connectors()
    {
        using var bulk = new Bulk();
        using var other = new Bulk();
        await using var product = await ApartProduct.StartAsync();
        await using var crowd = new ReplicaCrowd(product);
        await PublishAsync(product, bulk.Port);
        await crowd.JoinAsync(Enumerable.Range(0, Connectors).Select(Connector), AtOnce);
        await product.ConnectedAsync();
        await Task.Delay(s_settling, TimeProvider.System);
        var before = await WatchAsync(product, "none connected");

        var began = TimeProvider.System.GetTimestamp();
        crowd.Start();
        await crowd.ConnectedAsync();
        Say($"{Connectors} connect in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F1} s");
        await Task.Delay(s_settling, TimeProvider.System);
        var after = await WatchAsync(product, $"{Connectors} connected");
        Say($"each: gateway {(after.Gateway - before.Gateway) / 1024.0 / Connectors:F1} KB, control plane {(after.Control - before.Control) / 1024.0 / Connectors:F1} KB");

        var dialers = await DialersAsync(product);
        var open = await OpenAsync(dialers, "first tunnel through each");
        await PublishAsync(product, other.Port);
        await EndedAsync(open, began: TimeProvider.System.GetTimestamp(), "end of tunnels to targets that their applications name no more, after the answer");
        open = await OpenAsync(dialers, "tunnel through each to its new target");
        began = TimeProvider.System.GetTimestamp();
        await product.Api.DeleteAsync("policies/everything?reason=measured");
        await EndedAsync(open, began, "end of all tunnels after the policy went");
        foreach (var dialer in dialers) dialer.Dispose();
    }

    private static string Connector(int number) => $"site-{number}";

    private static string Application(int number) => $"app-{number}";

    private static async Task PublishAsync(ApartProduct product, int port)
    {
        await product.Api.ApplyAsync(
            LocalApi.Document("User", "robot", new JsonObject { ["service"] = true }),
            LocalApi.Document("Policy", "everything", new JsonObject { ["cedar"] = """permit (principal == Service::"robot", action == Action::"tunnel", resource);""" }));
        for (var from = 0; from < Connectors; from += OfToken)
        {
            await product.Api.ApplyAsync([.. Enumerable.Range(from, OfToken).SelectMany(number => (JsonObject[])
            [
                LocalApi.Document("Connector", Connector(number), []),
                LocalApi.Document("Application", Application(number), new JsonObject
                {
                    ["connector"] = Connector(number), ["tcp"] = new JsonArray($"127.0.0.1:{port}"), ["allowSpecialAddresses"] = true,
                }),
            ])]);
        }
    }

    // Each session opens what its token names.
    private static async Task<TunnelDialer[]> DialersAsync(ApartProduct product)
    {
        var installation = new Installation { Auth = new Uri(product.Url("auth")), Root = await File.ReadAllTextAsync(product.CaFile), Connect = $"127.0.0.1:{product.Port}" };
        var dialers = new List<TunnelDialer>();
        for (var from = 0; from < Connectors; from += OfToken)
        {
            var names = new JsonArray([.. Enumerable.Range(from, OfToken).Select(static number => JsonValue.Create(Application(number)))]);
            var made = await product.Api.PostAsync("tokens", new JsonObject { ["user"] = "robot", ["applications"] = names, ["name"] = $"from {from}" });
            dialers.Add(new TunnelDialer(new SignedIn(installation, "robot", (string)made!["token"]!), Path.Combine(product.Folder, "none"), TimeProvider.System));
        }

        return [.. dialers];
    }

    private static async Task<TunnelLeg[]> OpenAsync(TunnelDialer[] dialers, string what)
    {
        var began = TimeProvider.System.GetTimestamp();
        var open = new TunnelLeg[Connectors];
        var took = new double[Connectors];
        await Parallel.ForEachAsync(Enumerable.Range(0, Connectors), new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (number, ct) =>
        {
            var since = TimeProvider.System.GetTimestamp();
            var (call, refusal) = await dialers[number / OfToken].OpenAsync(Application(number), null, ct);
            Assert.True(call is not null, refusal?.Text);
            open[number] = new TunnelLeg(call.Incoming, call.Outgoing, TimeProvider.System);
            took[number] = TimeProvider.System.GetElapsedTime(since).TotalMilliseconds;
        });
        Array.Sort(took);
        Say($"{what}: all in {TimeProvider.System.GetElapsedTime(began).TotalSeconds:F2} s, {AtOnce} at once; one in {took[Connectors / 2]:F1} ms (median), {took[^1]:F1} ms (slowest)");
        return open;
    }

    private static async Task EndedAsync(TunnelLeg[] open, long began, string what)
    {
        var took = await Task.WhenAll(open.Select(async leg =>
        {
            var ending = Assert.IsType<TunnelEnding.Closed>(await leg.Ending);
            Assert.Equal(TunnelCloseCodes.Cut, ending.Close.Code);
            return TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
        })).WaitAsync(TimeSpan.FromSeconds(60));
        Array.Sort(took);
        Say($"{what}: {took[Connectors / 2]:F0} ms (median), {took[^1]:F0} ms (last)");
    }

    private static async Task<(long Gateway, long Control)> WatchAsync(ApartProduct product, string what)
    {
        var (gateway, control) = (product.Gateway!.Id, product.Control!.Id);
        var (ofGateway, ofControl) = (Bulk.ProcessorTime([gateway]), Bulk.ProcessorTime([control]));
        await Task.Delay(s_watched, TimeProvider.System);
        double Share(int process, double since) => (Bulk.ProcessorTime([process]) - since) / s_watched.TotalSeconds * 100;
        var resident = (Gateway: Bulk.Resident(gateway), Control: Bulk.Resident(control));
        Say($"{what}: gateway {Share(gateway, ofGateway):F1}% of a core, {resident.Gateway >> 20} MB; control plane {Share(control, ofControl):F1}%, {resident.Control >> 20} MB; all replicas in one process {Bulk.Resident(Environment.ProcessId) >> 20} MB");
        return resident;
    }

    private static void Say(string line) => System.Console.WriteLine(line);
}
