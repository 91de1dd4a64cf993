using System.Globalization;
using System.Security.Cryptography;
using Doorward.EndToEnd.Tests.Apart;
using Doorward.Testing.Product;

namespace Doorward.EndToEnd.Tests.Histories;

/// <summary>
/// Load and administration against control plane and gateway apart, both killed at any moment. Whatever happens: nobody is served
/// after an acknowledged revocation, no acknowledged change is lost, and everything that was served is on record.
/// </summary>
public class HistoryTests
{
    [Fact]
    public Task Killed_a_few_times_it_serves_nobody_revoked_loses_nothing_and_records_everything() => RunAsync(kills: 5);

    [Fact(Explicit = true)]
    public Task Killed_fifty_times_it_serves_nobody_revoked_loses_nothing_and_records_everything() => RunAsync(kills: 50);

    private static async Task RunAsync(int kills)
    {
        var seed = ulong.TryParse(Environment.GetEnvironmentVariable("DOORWARD_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given
            : (ulong)RandomNumberGenerator.GetInt32(int.MaxValue);
        System.Console.WriteLine($"note: history of {kills} kills with DOORWARD_SEED={seed}");
        await using var product = await ApartProduct.StartAsync();
        var recording = new Recording();
        await using var upstream = await StampingUpstream.StartAsync(recording);
        await Load.PlantAsync(product.Api, upstream.Address);
        await product.ConnectedAsync();

        var killer = new Killer(product, recording, seed);
        using (var stop = new CancellationTokenSource())
        {
            var work = Task.WhenAll(Load.RunAsync(product, recording, seed, stop.Token), new Administrator(product.Api, recording, seed).RunAsync(stop.Token));
            try
            {
                await await Task.WhenAny(killer.RunAsync(kills), work);
            }
            finally
            {
                await stop.CancelAsync();
            }

            await work;
        }

        var history = await SettledAsync(product, recording);
        System.Console.WriteLine($"note: {killer.ControlKills} kills of the control plane, {killer.GatewayKills} of the gateway; {recording}; {history.Numbers.Length} spooled records");
        Assert.Empty(HistoryChecker.Check(history));
        AssertIsTelling(history);
        Assert.Equal(0, await product.Gateway!.TerminateAsync());
        Assert.Equal(0, await product.Control!.TerminateAsync());
        await product.RunAsync("audit", "verify", "--checkpoint", product.OutsideCheckpoint);
    }

    /// <summary>With the records that were still on their way when the load ended.</summary>
    private static async Task<History> SettledAsync(ApartProduct product, Recording recording)
    {
        await product.ConnectedAsync();
        var history = recording.ToHistory();
        await Eventually.TrueAsync(
            async () =>
            {
                history = await AuditedDecisions.AddToAsync(history, recording, product.ControlData);
                return HistoryChecker.Check(history).All(violation => violation.Rule != "served without record");
            },
            "every served request is on record");
        return history;
    }

    /// <summary>A history in which nothing happened would prove nothing.</summary>
    private static void AssertIsTelling(History history)
    {
        Assert.True(history.Requests.Length > 20, $"only {history.Requests.Length} requests were served");
        Assert.True(history.Deliveries.Length > 20, $"only {history.Deliveries.Length} stream events");
        Assert.All(Enum.GetValues<SwitchKind>().Where(kind => kind != SwitchKind.UserEnabled),
            kind => Assert.Contains(history.Changes, change => change.Switch.Kind == kind && !change.Allows));
        Assert.Contains(history.Observations, observation => !observation.Allows);
    }
}
