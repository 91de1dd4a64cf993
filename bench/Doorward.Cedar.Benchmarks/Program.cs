using Doorward.Cedar.Benchmarks;

// Everything, beside npm's cedar-wasm on the same machine in the same run, as one table. CPU time throughout.
// --quick leaves out BenchmarkDotNet's part: hit and miss apart, and what is allocated.
Workloads.SayWhatIsMissing();
List<Line> lines = [.. Requests(), .. Once.Run(), .. args.Contains("--quick") ? [] : Statistics.Run()];

Console.WriteLine();
Console.WriteLine(Line.Head);
foreach (var line in lines) Console.WriteLine(line);
return lines.Exists(line => line.Value > line.Target) ? 1 : 0;

static IEnumerable<Line> Requests()
{
    var workloads = Workloads.Available.Select(Workloads.Get).ToList();
    var peer = Peer.Measure(workloads);
    foreach (var workload in workloads)
    {
        var (median, slowest) = Spread.Of(workload);
        var theirs = peer?.GetValueOrDefault(workload.Name);
        yield return new Line($"{workload.Name}: median request", median, Targets.Of(workload.Name), Peer: theirs?.Few);
        yield return new Line($"{workload.Name}: the same, cedar-wasm given all {workload.Entities.Count} entities", median, Peer: theirs?.All);
        yield return new Line($"{workload.Name}: slowest request", slowest);
    }
}
