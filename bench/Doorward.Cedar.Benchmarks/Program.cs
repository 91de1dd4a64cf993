using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;
using Doorward.Cedar.Benchmarks;
using Perfolizer.Horology;

// Everything, beside npm's cedar-wasm on the same machine in the same run, as one table. CPU time throughout.
Workloads.SayWhatIsMissing();
var job = Job.ShortRun.WithToolchain(InProcessNoEmitToolchain.Instance).WithClock(new CpuClock()).WithIterationCount(9).WithIterationTime(TimeInterval.FromMilliseconds(100));
var config = ManualConfig.Create(DefaultConfig.Instance).AddJob(job).AddDiagnoser(MemoryDiagnoser.Default)
    .WithOptions(ConfigOptions.DisableOptimizationsValidator);

var lines = new List<Line>();
foreach (var report in BenchmarkRunner.Run<EvaluationBenchmarks>(config).Reports)
{
    var parameters = report.BenchmarkCase.Parameters;
    var name = (string)parameters["Name"];
    if (report.ResultStatistics is null) continue;
    lines.Add(Of(report, $"{name}, {((bool)parameters["Hit"] ? "hit" : "miss")}, {report.BenchmarkCase.Descriptor.WorkloadMethod.Name}", Target(report, name)));
}
foreach (var report in BenchmarkRunner.Run<StoreBenchmarks>(config).Reports)
    if (report.ResultStatistics is not null) lines.Add(Of(report, $"one of 1,000,000: {report.BenchmarkCase.Descriptor.WorkloadMethod.Name}", 10_000));

var workloads = Workloads.Available.Select(Workloads.Create).ToList();
var peer = Peer.Measure(workloads);
foreach (var workload in workloads)
{
    var (median, slowest) = Spread.Of(workload);
    var theirs = peer?.GetValueOrDefault(workload.Name);
    lines.Add(new Line($"{workload.Name}: median request", median, TargetOf(workload.Name), Peer: theirs?.Few));
    lines.Add(new Line($"{workload.Name}: the same, cedar-wasm given all {workload.Entities.Count} entities", median, Peer: theirs?.All));
    lines.Add(new Line($"{workload.Name}: slowest request", slowest));
}
lines.AddRange(Once.Run());

Console.WriteLine();
Console.WriteLine(Line.Head);
foreach (var line in lines) Console.WriteLine(line);
return lines.Exists(line => line.Value > line.Target) ? 1 : 0;

static Line Of(BenchmarkReport report, string name, double? target) =>
    new(name, report.ResultStatistics!.Median, target, Allocated: report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase));

static double? Target(BenchmarkReport report, string name) =>
    report.BenchmarkCase.Descriptor.WorkloadMethod.Name == nameof(EvaluationBenchmarks.Answer) ? TargetOf(name) : null;

// The issue's table.
static double TargetOf(string name) => name switch
{
    "github" or "scoped 100000" => 3_000,
    "unscoped 1000" => 40_000,
    _ => 1_000,
};
