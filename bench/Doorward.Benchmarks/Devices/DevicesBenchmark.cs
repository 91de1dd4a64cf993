using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Doorward.Benchmarks.Gateway;
using Doorward.Testing.Product;

namespace Doorward.Benchmarks.Devices;

/// <summary>
/// What a fleet of devices costs the control plane: <c>doorward control-plane</c> as a process of its own that a real gateway follows, while
/// signed reports come over mutual TLS as a gateway hands them on.
/// </summary>
internal static class DevicesBenchmark
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var count = GatewayBenchmark.Option(arguments, "--devices", 10_000);
        var seconds = GatewayBenchmark.Option(arguments, "--seconds", 90);
        var every = TimeSpan.FromSeconds(GatewayBenchmark.Option(arguments, "--every", 30));
        var changes = GatewayBenchmark.Option(arguments, "--changes-an-hour", 1);
        await using var product = await ApartProduct.StartAsync();
        await product.Api.ApplyAsync(
            LocalApi.Document("PostureRule", "firewall", new JsonObject { ["when"] = "context.posture.firewall.pass && context.posture.diskEncryption.pass" }),
            LocalApi.Document("PostureRule", "updates", new JsonObject { ["when"] = "context.posture.securityUpdates.pass", ["severity"] = "warn" }));
        using var road = await GatewayRoad.JoinAsync(product);
        var fleet = new Fleet(product, road, every);
        Console.WriteLine("what                          seconds   CPU s   of a core   RSS MB   peak MB   p50 ms   p99 ms   refused");
        await MeasureAsync("starting", product, fleet, () => Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System));
        await MeasureAsync("at rest", product, fleet, () => Task.Delay(TimeSpan.FromSeconds(10), TimeProvider.System));
        await MeasureAsync($"{count} enrol", product, fleet, () => fleet.EnrolAsync(count));
        await MeasureAsync("all report all facts", product, fleet, fleet.ReportAllAsync);
        await MeasureAsync("warm-up", product, fleet, () => fleet.RunAsync(TimeSpan.FromSeconds(30), changes));
        await MeasureAsync($"every {every.TotalSeconds:0} s, {changes} change an hour", product, fleet, () => fleet.RunAsync(TimeSpan.FromSeconds(seconds), changes));
        await MeasureAsync("a rule that all fail", product, fleet, () => RuleAsync(product, count));
        await product.Control!.TerminateAsync();
        await MeasureAsync("start again, to ready", product, fleet, product.StartControlAsync);
        await MeasureAsync("the first 30 s", product, fleet, () => fleet.RunAsync(TimeSpan.FromSeconds(30), changes));
        await MeasureAsync("then", product, fleet, () => fleet.RunAsync(TimeSpan.FromSeconds(30), changes));
        if (fleet.Why is { } why) Console.WriteLine($"refused last: {why}");
        return 0;
    }

    // Until gateways can be told of every device that it is not compliant any more.
    private static async Task RuleAsync(ApartProduct product, int count)
    {
        var before = await RevisionAsync();
        await product.Api.ApplyAsync(LocalApi.Document("PostureRule", "sure-start", new JsonObject { ["when"] = "!context.posture.secureBoot.pass" }));
        while (await RevisionAsync() < before + count) await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);

        async Task<long> RevisionAsync() => (long)(await product.Api.GetAsync("status"))!["revision"]!;
    }

    private static async Task MeasureAsync(string what, ApartProduct product, Fleet fleet, Func<Task> work)
    {
        var starts = product.Control is not { IsRunning: true };
        var (cpu, begun, refused) = (starts ? 0 : Read(product).Cpu, Stopwatch.GetTimestamp(), fleet.Refused);
        await work();
        var (took, after) = (Stopwatch.GetElapsedTime(begun).TotalSeconds, Read(product));
        var answers = fleet.TakeAnswers();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-28} {took,8:0.0} {after.Cpu - cpu,7:0.0} {(after.Cpu - cpu) / took,11:P1} {after.Resident,8:0} {after.Peak,9:0} {At(0.5),8:0.0} {At(0.99),8:0.0} {fleet.Refused - refused,9}"));

        double At(double share) => answers.Count == 0 ? 0 : answers[Math.Min((int)(answers.Count * share), answers.Count - 1)];
    }

    private static (double Cpu, double Resident, double Peak) Read(ApartProduct product)
    {
        using var process = Process.GetProcessById(product.Control!.Id);
        return (process.TotalProcessorTime.TotalSeconds, process.WorkingSet64 / 1048576.0, process.PeakWorkingSet64 / 1048576.0);
    }
}
